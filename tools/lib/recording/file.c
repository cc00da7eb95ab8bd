// SPDX-License-Identifier: GPL-2.0
/*
 * Blocks to and from a file. A block goes out in one system call, behind everything before it, so
 * that a recorder that is killed leaves a file whose blocks are whole but for the last.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include "err.h"
#include "recording/file.h"

_Static_assert(sizeof(struct rec_head) == 16, "struct rec_head has holes");
_Static_assert(sizeof(struct rec_block) == 24, "struct rec_block has holes");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "recordings are little-endian");

/* Counters differ little between samples; more effort does not make them much smaller. */
#define LEVEL	3

struct rec_writer {
	int fd;
	char *path;
	ZSTD_CCtx *zstd;
	struct buf stored;
};

static __u32 head_crc(const struct rec_block *head)
{
	return crc32(0, (const Bytef *)head, offsetof(struct rec_block, head_crc));
}

static bool write_all(struct rec_writer *w, struct iovec *iov, int nr)
{
	while (nr) {
		ssize_t done = writev(w->fd, iov, nr);

		if (done < 0) {
			if (errno == EINTR)
				continue;
			err_errno("%s: cannot be written", w->path);
			return false;
		}
		for (; nr && (size_t)done >= iov->iov_len; nr--)
			done -= iov++->iov_len;
		if (nr) {
			iov->iov_base = (char *)iov->iov_base + done;
			iov->iov_len -= done;
		}
	}
	return true;
}

static void free_writer(struct rec_writer *w)
{
	if (w->fd >= 0)
		close(w->fd);
	ZSTD_freeCCtx(w->zstd);
	buf_free(&w->stored);
	free(w->path);
	free(w);
}

/**
 * rec_create() - begin a recording
 * @path: the file; one that is there is replaced
 *
 * Return: the writer, or NULL, which has been reported.
 */
struct rec_writer *rec_create(const char *path)
{
	struct rec_head head = { .magic = REC_MAGIC, .format = REC_FORMAT };
	struct iovec iov = { .iov_base = &head, .iov_len = sizeof(head) };
	struct rec_writer *w = calloc(1, sizeof(*w));

	if (!w)
		goto err_memory;
	w->fd = -1;
	w->path = strdup(path);
	w->zstd = ZSTD_createCCtx();
	if (!w->path || !w->zstd)
		goto err_memory;
	w->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
	if (w->fd < 0) {
		err_errno("%s: cannot be created", path);
		goto err_free;
	}
	if (!write_all(w, &iov, 1))
		goto err_free;
	return w;
err_memory:
	err("out of memory");
	if (!w)
		return NULL;
err_free:
	free_writer(w);
	return NULL;
}

/**
 * rec_write() - add a block
 * @w: the writer
 * @type: what it is
 * @flags: REC_FLAG_KEY, REC_FLAG_SKIP
 * @raw: its bytes, as they are before compression
 *
 * Return: false if that failed, which has been reported.
 */
bool rec_write(struct rec_writer *w, enum rec_type type, unsigned int flags, const struct buf *raw)
{
	struct rec_block head = { .magic = REC_BLOCK_MAGIC, .type = type };
	struct iovec iov[2];
	size_t size;

	buf_clear(&w->stored);
	if (raw->failed || raw->size > REC_MAX_BYTES) {
		err("%s: a block of %zu bytes has no room", w->path, raw->size);
		return false;
	}
	if (w->stored.capacity < ZSTD_compressBound(raw->size)) {
		buf_free(&w->stored);
		w->stored.capacity = ZSTD_compressBound(raw->size);
		w->stored.data = malloc(w->stored.capacity);
		if (!w->stored.data) {
			buf_free(&w->stored);
			err("out of memory");
			return false;
		}
	}
	size = ZSTD_compressCCtx(w->zstd, w->stored.data, w->stored.capacity, raw->data, raw->size,
				 LEVEL);
	if (ZSTD_isError(size)) {
		err("%s: %zu bytes cannot be compressed: %s", w->path, raw->size,
		    ZSTD_getErrorName(size));
		return false;
	}
	head.flags = flags | REC_FLAG_ZSTD;
	head.stored = size;
	head.raw = raw->size;
	head.crc = crc32(0, w->stored.data, size);
	head.head_crc = head_crc(&head);
	iov[0] = (struct iovec){ &head, sizeof(head) };
	iov[1] = (struct iovec){ w->stored.data, size };
	return write_all(w, iov, 2);
}

/**
 * rec_close() - end a recording and free the writer
 * @w: the writer
 *
 * Return: false if the file is not whole, which has been reported.
 */
bool rec_close(struct rec_writer *w)
{
	bool ok = !close(w->fd);

	if (!ok)
		err_errno("%s: cannot be written", w->path);
	w->fd = -1;
	free_writer(w);
	return ok;
}

/* Return: bytes read, which are fewer only at the end of the file; -1 after an error */
static ssize_t read_at(int fd, off_t at, void *data, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t got = pread(fd, (char *)data + done, size - done, at + done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (!got)
			break;
		done += got;
	}
	return done;
}

/**
 * rec_open() - open a recording for reading
 * @path: the file
 *
 * Return: a descriptor for rec_read_head() and rec_read_data(), the first block being at
 * sizeof(struct rec_head); -1 if it is no recording or not one that can be read, which has been
 * reported.
 */
int rec_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct rec_head head = { 0 };
	struct stat st;

	if (fd < 0 || fstat(fd, &st)) {
		err_errno("%s: cannot be opened", path);
		goto err_close;
	}
	if (!S_ISREG(st.st_mode)) {
		err("%s: not a regular file; a recording has to be one", path);
		goto err_close;
	}
	if (read_at(fd, 0, &head, sizeof(head)) != sizeof(head) ||
	    memcmp(head.magic, REC_MAGIC, sizeof(head.magic))) {
		err("%s: not a recording; mshvtop record -o makes them", path);
		goto err_close;
	}
	if (!head.format || head.format > REC_FORMAT) {
		err("%s: of format %u, while this mshvtop knows those up to %u; use the one that "
		    "recorded it, or a newer one", path, head.format, REC_FORMAT);
		goto err_close;
	}
	return fd;
err_close:
	if (fd >= 0)
		close(fd);
	return -1;
}

/**
 * rec_read_head() - read what precedes a block's bytes
 * @fd: from rec_open()
 * @at: where the block begins
 * @head: the result
 *
 * Return: REC_OK if there is a block whose bytes are all there.
 */
enum rec_result rec_read_head(int fd, off_t at, struct rec_block *head)
{
	ssize_t got = read_at(fd, at, head, sizeof(*head));
	struct stat st;

	if (got < 0 || fstat(fd, &st)) {
		err_errno("the recording cannot be read");
		return REC_FAILED;
	}
	if (!got)
		return REC_EOF;
	if (got < (ssize_t)sizeof(*head))
		return REC_CUT;
	if (head->magic != REC_BLOCK_MAGIC || head->head_crc != head_crc(head) ||
	    head->stored > REC_MAX_BYTES || head->raw > REC_MAX_BYTES)
		return REC_DAMAGED;
	if (st.st_size - at - (off_t)sizeof(*head) < (off_t)head->stored)
		return REC_CUT;
	return REC_OK;
}

/**
 * rec_read_data() - read a block's bytes
 * @fd: from rec_open()
 * @at: where the block begins
 * @head: from rec_read_head()
 * @raw: the bytes, in place of what was in it
 *
 * Return: REC_OK if they are what was written.
 */
enum rec_result rec_read_data(int fd, off_t at, const struct rec_block *head, struct buf *raw)
{
	enum rec_result result = REC_FAILED;
	__u8 *stored = malloc(head->stored + 1);
	__u8 *grown = realloc(raw->data, head->raw + 1);
	ssize_t got;

	buf_clear(raw);
	if (grown) {
		raw->data = grown;
		raw->capacity = head->raw + 1;
	}
	if (!stored || !grown) {
		err("out of memory");
		goto out_free;
	}
	got = read_at(fd, at + sizeof(*head), stored, head->stored);
	if (got < 0) {
		err_errno("the recording cannot be read");
		goto out_free;
	}
	result = REC_DAMAGED;
	if (got != (ssize_t)head->stored || crc32(0, stored, head->stored) != head->crc)
		goto out_free;
	if (head->flags & REC_FLAG_ZSTD) {
		if (ZSTD_decompress(raw->data, head->raw, stored, head->stored) != head->raw)
			goto out_free;
	} else {
		if (head->stored != head->raw)
			goto out_free;
		memcpy(raw->data, stored, head->raw);
	}
	raw->size = head->raw;
	result = REC_OK;
out_free:
	free(stored);
	return result;
}
