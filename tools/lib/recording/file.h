/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A recording as a file: a head, then blocks, each with its length and two checksums, compressed.
 * docs/recording.md describes it. The reader makes sure that the blocks are all there, in the order
 * in which one recorder wrote them; what is in the blocks is for others.
 */
#ifndef MSHV_REC_FILE_H
#define MSHV_REC_FILE_H

#include <stdbool.h>
#include <sys/types.h>
#include <linux/types.h>
#include "recording/buf.h"

#define REC_MAGIC	"MSHVREC\n"
/* A reader takes files of its own format and of older ones. */
#define REC_FORMAT	2
/* The first format in which a block's checksum depends on all blocks before it */
#define REC_CHAINED	2
#define REC_BLOCK_MAGIC	0x4b4c424dU	/* "MBLK" */

/* The largest block, compressed or not: a limit for what damage can ask for */
#define REC_MAX_BYTES	(256U << 20)

/* Memory and work that a recording may ask for: so many times its size, and so much beside that */
#define REC_TIMES	100
#define REC_ANYWAY	(32U << 20)

/* Every so many samples one is in full. */
#define REC_KEY_EVERY	32

/**
 * struct rec_head - the file's first bytes; all numbers little-endian
 * @magic: REC_MAGIC
 * @format: REC_FORMAT
 * @seed: what the first block's @head_crc begins with; 0 in format 1
 */
struct rec_head {
	char magic[8];
	__u32 format;
	__u32 seed;
};

/**
 * struct rec_block - what precedes a block's bytes
 * @magic: REC_BLOCK_MAGIC
 * @type: enum rec_type
 * @flags: REC_FLAG_*
 * @stored: bytes that follow
 * @raw: bytes once decompressed
 * @crc: zlib's crc32() of the bytes that follow
 * @head_crc: zlib's crc32() of the fields before, begun with @head_crc of the block before
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
bool rec_start(struct rec_writer *w);
bool rec_write(struct rec_writer *w, enum rec_type type, unsigned int flags, const struct buf *raw);
bool rec_close(struct rec_writer *w);
void rec_abandon(struct rec_writer *w);

/**
 * struct rec_place - where a block is
 * @at: where its head begins; 0: there is no such block
 * @chain: what its @head_crc begins with
 */
struct rec_place {
	off_t at;
	__u32 chain;
};

/**
 * struct rec_reader - a recording being read
 * @path: the file, for messages
 * @fd: the file
 * @size: of the file when it was opened
 * @format: of the file
 * @place: of the block that was read last
 * @head: that block's head
 * @raw: that block's bytes
 * @next: where the next block is
 * @raw_bytes: bytes of all blocks so far, once decompressed
 * @why: what is wrong, once a block is damaged
 * @ended: there was the block that says that nothing is missing
 * @facts: there were the facts
 * @layout: there was the layout
 * @samples: how many there were
 * @vouched: how many of these certainly have all others before them that they depend on
 * @time_ns: of the last one
 * @details: samples have a block of details before them
 * @detail: there was one since the last sample
 * @slow: likewise, of what took long
 */
struct rec_reader {
	const char *path;
	int fd;
	off_t size;
	__u32 format;
	struct rec_place place;
	struct rec_block head;
	struct buf raw;
	struct rec_place next;
	__u64 raw_bytes;
	const char *why;
	bool ended;
	bool facts;
	bool layout;
	unsigned long samples;
	unsigned long vouched;
	__u64 time_ns;
	bool details;
	bool detail;
	bool slow;
};

bool rec_open(struct rec_reader *r, const char *path);
enum rec_result rec_next(struct rec_reader *r);
bool rec_again(struct rec_reader *r, const struct rec_place *place);
void rec_describe_end(const struct rec_reader *r, enum rec_result result, const char *unit,
		      unsigned long nr, char *text, size_t size);
void rec_say_end(const struct rec_reader *r, enum rec_result result, const char *unit,
		 unsigned long nr);
__u64 rec_may_ask(const struct rec_reader *r);
void rec_reader_close(struct rec_reader *r);
bool rec_is_one(const char *path);

#endif /* MSHV_REC_FILE_H */
