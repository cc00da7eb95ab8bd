/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A recording as a file: a head, then blocks, each with its length and two checksums, compressed.
 * docs/recording.md describes it. What is in the blocks is for others.
 */
#ifndef MSHV_REC_FILE_H
#define MSHV_REC_FILE_H

#include <stdbool.h>
#include <sys/types.h>
#include <linux/types.h>
#include "recording/buf.h"

#define REC_MAGIC	"MSHVREC\n"
/* A reader takes files of its own format and of older ones. */
#define REC_FORMAT	1
#define REC_BLOCK_MAGIC	0x4b4c424dU	/* "MBLK" */

/* The largest block, compressed or not: a limit for what damage can ask for */
#define REC_MAX_BYTES	(256U << 20)

/**
 * struct rec_head - the file's first bytes; all numbers little-endian
 * @magic: REC_MAGIC
 * @format: REC_FORMAT
 * @flags: 0
 */
struct rec_head {
	char magic[8];
	__u32 format;
	__u32 flags;
};

/**
 * struct rec_block - what precedes a block's bytes
 * @magic: REC_BLOCK_MAGIC
 * @type: enum rec_type
 * @flags: REC_FLAG_*
 * @stored: bytes that follow
 * @raw: bytes once decompressed
 * @crc: zlib's crc32() of the bytes that follow
 * @head_crc: zlib's crc32() of the fields before
 */
struct rec_block {
	__u32 magic;
	__u16 type;
	__u16 flags;
	__u32 stored;
	__u32 raw;
	__u32 crc;
	__u32 head_crc;
};

enum rec_type {
	REC_FACTS = 1,	/* JSON: who recorded, where */
	REC_LAYOUT = 2,	/* sizes and names that samples go by */
	REC_SAMPLE = 3,	/* the counters at one moment */
	REC_VMM = 4,	/* JSON: a process that has partitions */
	REC_END = 5,	/* nothing is missing before it: the number of samples */
	REC_DETAIL = 6,	/* what is beside the counters, of the sample that follows */
	REC_SLOW = 7,	/* what took long, until the sample that follows */
	REC_CAPS = 8,	/* JSON: a snapshot of capabilities, as of the sample that follows */
};

#define REC_FLAG_ZSTD	0x0001	/* compressed */
#define REC_FLAG_KEY	0x0002	/* a sample that stands for itself */
#define REC_FLAG_SKIP	0x8000	/* a reader that does not know the type leaves it out */

/* How reading a block went */
enum rec_result {
	REC_OK,
	REC_EOF,	/* the file ends here, between two blocks */
	REC_CUT,	/* the file ends within a block */
	REC_DAMAGED,	/* not what was written */
	REC_FAILED,	/* the system failed; reported */
};

struct rec_writer;

struct rec_writer *rec_create(const char *path);
bool rec_write(struct rec_writer *w, enum rec_type type, unsigned int flags, const struct buf *raw);
bool rec_close(struct rec_writer *w);

int rec_open(const char *path);
enum rec_result rec_read_head(int fd, off_t at, struct rec_block *head);
enum rec_result rec_read_data(int fd, off_t at, const struct rec_block *head, struct buf *raw);

#endif /* MSHV_REC_FILE_H */
