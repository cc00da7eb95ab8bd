// SPDX-License-Identifier: GPL-2.0
/*
 * Packed histograms. What is done for every series in every interval is made for each size of a
 * count from one source, by inlining it with the size as a constant, and goes by blocks, without a
 * branch for each bucket: which of them have changed cannot be predicted.
 */
#include <emmintrin.h>
#include <stdlib.h>
#include <string.h>
#include "recording/hist_pack.h"

/* A block of buckets, 32 bits each */
struct eight {
	__m128i low;
	__m128i high;
};

/* Above the blocks in a head */
#define WIDTH_SHIFT	HIST_BLOCKS
#define ALL_BLOCKS	((1ULL << HIST_BLOCKS) - 1)

_Static_assert(MSHV_HIST_BUCKETS % HIST_BLOCK == 0 && HIST_BLOCKS <= 62,
	       "the blocks and the size of a count do not fit into a head");

static __always_inline __u64 load(const __u8 *counts, unsigned int i, unsigned int width)
{
	__u16 two;
	__u32 four;
	__u64 eight;

	switch (width) {
	case 0:
		return counts[i];
	case 1:
		memcpy(&two, counts + 2 * i, sizeof(two));
		return two;
	case 2:
		memcpy(&four, counts + 4 * i, sizeof(four));
		return four;
	default:
		memcpy(&eight, counts + 8 * i, sizeof(eight));
		return eight;
	}
}

static __always_inline void store(__u8 *counts, unsigned int i, unsigned int width, __u64 value)
{
	__u16 two = value;
	__u32 four = value;

	switch (width) {
	case 0:
		counts[i] = value;
		break;
	case 1:
		memcpy(counts + 2 * i, &two, sizeof(two));
		break;
	case 2:
		memcpy(counts + 4 * i, &four, sizeof(four));
		break;
	default:
		memcpy(counts + 8 * i, &value, sizeof(value));
	}
}

static __always_inline bool fits(__u64 value, unsigned int width)
{
	return width > 2 || !(value >> (8 << width));
}

static __always_inline __m128i load_four(const void *at)
{
	return _mm_loadu_si128(at);
}

static __always_inline struct eight load_eight(const __u32 *count)
{
	return (struct eight){ load_four(count), load_four(count + 4) };
}

static __always_inline void store_eight(__u32 *count, struct eight value)
{
	_mm_storeu_si128((__m128i *)count, value.low);
	_mm_storeu_si128((__m128i *)(count + 4), value.high);
}

static __always_inline __m128i either(struct eight value)
{
	return _mm_or_si128(value.low, value.high);
}

static __always_inline bool any(__m128i value)
{
	return _mm_movemask_epi8(_mm_cmpeq_epi32(value, _mm_setzero_si128())) != 0xffff;
}

/* The low halves of four counts of eight bytes */
static __always_inline __m128i low_halves(const __u8 *counts)
{
	return _mm_castps_si128(_mm_shuffle_ps(_mm_castsi128_ps(load_four(counts)),
					       _mm_castsi128_ps(load_four(counts + 16)), 0x88));
}

/* The counts of a block, modulo 2^32 */
static __always_inline struct eight load_block(const __u8 *counts, unsigned int width)
{
	const __m128i zero = _mm_setzero_si128();
	__m128i words;

	switch (width) {
	case 0:
	case 1:
		words = width ? load_four(counts) :
			_mm_unpacklo_epi8(_mm_loadl_epi64((const __m128i *)counts), zero);
		return (struct eight){ _mm_unpacklo_epi16(words, zero),
				       _mm_unpackhi_epi16(words, zero) };
	case 2:
		return (struct eight){ load_four(counts), load_four(counts + 16) };
	default:
		return (struct eight){ low_halves(counts), low_halves(counts + 32) };
	}
}

/* What is packed is taken as signed. */
static __always_inline __m128i low_word(__m128i value)
{
	return _mm_srai_epi32(_mm_slli_epi32(value, 16), 16);
}

/* Of counts that fit into @width, 2 at most */
static __always_inline void store_block(__u8 *counts, unsigned int width, struct eight value)
{
	__m128i words;

	switch (width) {
	case 0:
		words = _mm_packs_epi32(value.low, value.high);
		_mm_storel_epi64((__m128i *)counts, _mm_packus_epi16(words, words));
		break;
	case 1:
		words = _mm_packs_epi32(low_word(value.low), low_word(value.high));
		_mm_storeu_si128((__m128i *)counts, words);
		break;
	default:
		_mm_storeu_si128((__m128i *)counts, value.low);
		_mm_storeu_si128((__m128i *)(counts + 16), value.high);
	}
}

/**
 * hist_gain_clear() - nothing was added
 * @gain: the result
 */
void hist_gain_clear(struct hist_gain *gain)
{
	gain->n = 0;
	gain->blocks = 0;
	gain->all = 0;
	gain->nr = 0;
}

static void find_ends(struct hist_gain *gain)
{
	const __u32 *first = gain->count[0], *last = gain->count[gain->nr - 1];
	unsigned int lo = 0, hi = HIST_BLOCK;

	while (!first[lo])
		lo++;
	while (!last[hi - 1])
		hi--;
	gain->lo = gain->block[0] * HIST_BLOCK + lo;
	gain->hi = gain->block[gain->nr - 1] * HIST_BLOCK + hi;
}

/* Sums of 32 bits do, unless there are counts that 464 of which would be too many. */
static __u64 sum_up(const struct hist_gain *gain, __m128i sum)
{
	const __u32 *count = gain->count[0];
	__u32 part[4];
	unsigned int i;
	__u64 n = 0;

	_mm_storeu_si128((__m128i *)part, sum);
	if (!(gain->all >> 23))
		return (__u64)part[0] + part[1] + part[2] + part[3];
	for (i = 0; i < gain->nr * HIST_BLOCK; i++)
		n += count[i];
	return n;
}

static __always_inline void take(struct hist_gain *gain, const struct hist_pack *seen,
				 const __u32 *live, __u64 which, unsigned int width)
{
	const __u64 there = seen ? seen->head & ALL_BLOCKS : 0;
	const __u8 *counts = seen ? seen->counts : NULL;
	__m128i all = _mm_setzero_si128(), sum = all;
	__u64 blocks = 0, left;
	unsigned int nr = 0, block;
	struct eight more, old;
	__u32 part[4];

	for (left = which; left; left &= left - 1) {
		block = __builtin_ctzll(left);
		more = load_eight(live + block * HIST_BLOCK);
		/* The memory changes meanwhile: each bucket is loaded once. */
		asm volatile("" : "+x"(more.low), "+x"(more.high));
		if (there >> block & 1) {
			old = load_block(counts, width);
			more.low = _mm_sub_epi32(more.low, old.low);
			more.high = _mm_sub_epi32(more.high, old.high);
			counts += HIST_BLOCK << width;
		}
		if (!any(either(more)))
			continue;
		store_eight(gain->count[nr], more);
		gain->block[nr++] = block;
		blocks |= 1ULL << block;
		all = _mm_or_si128(all, either(more));
		sum = _mm_add_epi32(sum, _mm_add_epi32(more.low, more.high));
	}
	_mm_storeu_si128((__m128i *)part, all);
	gain->all = part[0] | part[1] | part[2] | part[3];
	gain->blocks = blocks;
	gain->nr = nr;
	gain->n = sum_up(gain, sum);
	if (nr)
		find_ends(gain);
}

static void take_blocks(struct hist_gain *gain, const struct hist_pack *seen, const __u32 *live,
			__u64 which)
{
	switch (seen ? seen->head >> WIDTH_SHIFT : 0) {
	case 0:
		take(gain, seen, live, which, 0);
		break;
	case 1:
		take(gain, seen, live, which, 1);
		break;
	case 2:
		take(gain, seen, live, which, 2);
		break;
	default:
		take(gain, seen, live, which, 3);
	}
}

/**
 * hist_gain_take() - what has been counted since the last look
 * @gain: the result
 * @seen: the histogram as it was; NULL if it was empty
 * @live: MSHV_HIST_BUCKETS buckets as they are; they may have wrapped around once since then
 * @expected: how many samples that makes, when @seen had all that there were; HIST_ANY if unknown
 *
 * When all that are expected are found in blocks that there were samples in before, the rest of
 * @live is not looked at.
 */
void hist_gain_take(struct hist_gain *gain, const struct hist_pack *seen, const __u32 *live,
		    __u64 expected)
{
	if (seen && expected != HIST_ANY) {
		take_blocks(gain, seen, live, seen->head & ALL_BLOCKS);
		if (gain->n == expected)
			return;
	}
	take_blocks(gain, seen, live, ALL_BLOCKS);
}

/**
 * hist_gain_percentile() - hist_percentile() of what was added
 * @gain: what was added
 * @percent: 0..100
 * @max_ns: the longest sample, or a bound of it
 *
 * Return: nanoseconds, at most @max_ns; 0 without samples.
 */
__u64 hist_gain_percentile(const struct hist_gain *gain, double percent, __u64 max_ns)
{
	const __u32 *count = gain->count[0];
	unsigned int i = gain->nr * HIST_BLOCK;
	__u64 n = gain->n, rank;

	if (!i)
		return 0;
	for (rank = hist_rank(n, percent); i && n >= rank;)
		n -= count[--i];
	return hist_middle(gain->block[i / HIST_BLOCK] * HIST_BLOCK + i % HIST_BLOCK, max_ns);
}

/**
 * hist_gain_bound() - hist_bound() of what was added
 * @gain: what was added
 * @max_ns: a time that no sample exceeds
 *
 * Return: nanoseconds; 0 without samples.
 */
__u64 hist_gain_bound(const struct hist_gain *gain, __u64 max_ns)
{
	return gain->nr ? hist_last(gain->hi - 1, max_ns) : 0;
}

static __always_inline void add_two(__u64 *bucket, __m128i more)
{
	_mm_storeu_si128((__m128i *)bucket, _mm_add_epi64(load_four(bucket), more));
}

/**
 * hist_add_gain() - count what was added to another histogram
 * @to: the histogram
 * @gain: what was added
 */
void hist_add_gain(struct hist *to, const struct hist_gain *gain)
{
	const __m128i zero = _mm_setzero_si128();
	struct eight more;
	unsigned int i;
	__u64 *bucket;

	if (!gain->nr)
		return;
	for (i = 0; i < gain->nr; i++) {
		more = load_eight(gain->count[i]);
		bucket = &to->bucket[gain->block[i] * HIST_BLOCK];
		add_two(bucket, _mm_unpacklo_epi32(more.low, zero));
		add_two(bucket + 2, _mm_unpackhi_epi32(more.low, zero));
		add_two(bucket + 4, _mm_unpacklo_epi32(more.high, zero));
		add_two(bucket + 6, _mm_unpackhi_epi32(more.high, zero));
	}
	to->n += gain->n;
	if (gain->lo < to->lo)
		to->lo = gain->lo;
	if (gain->hi > to->hi)
		to->hi = gain->hi;
}

static unsigned int width_of(__u64 all)
{
	unsigned int width = 0;

	while (!fits(all, width))
		width++;
	return width;
}

static unsigned int count_blocks(__u64 blocks)
{
	unsigned int n = 0;

	for (; blocks; blocks &= blocks - 1)
		n++;
	return n;
}

static size_t size_of(__u64 blocks, __u64 all)
{
	return sizeof(struct hist_pack) +
	       ((size_t)count_blocks(blocks) * HIST_BLOCK << width_of(all));
}

/**
 * hist_gain_size() - memory that what was added takes when packed
 * @gain: what was added
 *
 * Return: bytes.
 */
size_t hist_gain_size(const struct hist_gain *gain)
{
	return sizeof(struct hist_pack) +
	       ((size_t)gain->nr * HIST_BLOCK << width_of(gain->all));
}

static __always_inline void fill(struct hist_pack *pack, const struct hist_gain *gain,
				 unsigned int width)
{
	__u8 *counts = pack->counts;
	unsigned int i;

	for (i = 0; i < gain->nr; i++, counts += HIST_BLOCK << width)
		store_block(counts, width, load_eight(gain->count[i]));
}

/**
 * hist_gain_pack() - pack what was added
 * @pack: hist_gain_size() bytes
 * @gain: what was added
 */
void hist_gain_pack(struct hist_pack *pack, const struct hist_gain *gain)
{
	unsigned int width = width_of(gain->all);

	pack->head = gain->blocks | (__u64)width << WIDTH_SHIFT;
	if (!width)
		fill(pack, gain, 0);
	else if (width == 1)
		fill(pack, gain, 1);
	else
		fill(pack, gain, 2);
}

static __u64 blocks_of(const struct hist *h, __u64 *all)
{
	__u64 blocks = 0;
	unsigned int i;

	*all = 0;
	for (i = h->lo; i < h->hi; i++) {
		if (h->bucket[i])
			blocks |= 1ULL << (i / HIST_BLOCK);
		*all |= h->bucket[i];
	}
	return blocks;
}

/**
 * hist_pack_size() - memory that a histogram takes when packed
 * @h: the histogram
 *
 * Return: bytes.
 */
size_t hist_pack_size(const struct hist *h)
{
	__u64 all, blocks = blocks_of(h, &all);

	return size_of(blocks, all);
}

/**
 * hist_pack() - pack a histogram
 * @pack: hist_pack_size() bytes
 * @h: the histogram
 */
void hist_pack(struct hist_pack *pack, const struct hist *h)
{
	__u64 all, left = blocks_of(h, &all);
	unsigned int width = width_of(all), i;
	__u8 *counts = pack->counts;

	pack->head = left | (__u64)width << WIDTH_SHIFT;
	for (; left; left &= left - 1, counts += HIST_BLOCK << width)
		for (i = 0; i < HIST_BLOCK; i++)
			store(counts, i, width,
			      h->bucket[__builtin_ctzll(left) * HIST_BLOCK + i]);
}

/*
 * Add to the counts of a block, each less than 2^31.
 *
 * Return: false if one becomes too large for @width, and nothing was done.
 */
static __always_inline bool add_block(__u8 *counts, const __u32 *more, unsigned int width)
{
	struct eight old, sum = load_eight(more);
	unsigned int i;

	if (width > 2) {
		for (i = 0; i < HIST_BLOCK; i++)
			store(counts, i, width, load(counts, i, width) + more[i]);
		return true;
	}
	old = load_block(counts, width);
	sum.low = _mm_add_epi32(sum.low, old.low);
	sum.high = _mm_add_epi32(sum.high, old.high);
	if (width < 2) {
		if (any(_mm_srli_epi32(either(sum), width ? 16 : 8)))
			return false;
	} else {
		/* It has wrapped around where the highest bit was set, and is not any more. */
		old.low = _mm_andnot_si128(sum.low, old.low);
		old.high = _mm_andnot_si128(sum.high, old.high);
		if (any(_mm_srli_epi32(either(old), 31)))
			return false;
	}
	store_block(counts, width, sum);
	return true;
}

/*
 * Return: how many blocks were added before one with a count that is too large for @width. Each has
 * to be there.
 */
static __always_inline unsigned int add(struct hist_pack *pack, const struct hist_gain *gain,
					unsigned int width)
{
	__u64 left = pack->head & ALL_BLOCKS;
	__u8 *counts = pack->counts;
	unsigned int i;

	for (i = 0; i < gain->nr; i++) {
		while ((unsigned int)__builtin_ctzll(left) != gain->block[i]) {
			left &= left - 1;
			counts += HIST_BLOCK << width;
		}
		if (!add_block(counts, gain->count[i], width))
			break;
		left &= left - 1;
		counts += HIST_BLOCK << width;
	}
	return i;
}

static unsigned int add_in_place(struct hist_pack *pack, const struct hist_gain *gain)
{
	switch (pack->head >> WIDTH_SHIFT) {
	case 0:
		return add(pack, gain, 0);
	case 1:
		return add(pack, gain, 1);
	case 2:
		return add(pack, gain, 2);
	default:
		return add(pack, gain, 3);
	}
}

/**
 * hist_pack_copy() - copy a packed histogram
 * @pack: the histogram
 *
 * Return: for free(), or NULL without memory.
 */
struct hist_pack *hist_pack_copy(const struct hist_pack *pack)
{
	size_t size = sizeof(*pack) + ((size_t)count_blocks(pack->head & ALL_BLOCKS) * HIST_BLOCK <<
				       (pack->head >> WIDTH_SHIFT));
	struct hist_pack *copy = malloc(size);

	return copy ? memcpy(copy, pack, size) : NULL;
}

/* A histogram on its way from one size of its counts, or some blocks, to others */
struct wide {
	__u64 blocks;
	__u64 all;
	__u64 count[HIST_BLOCKS][HIST_BLOCK];
};

/* The histogram, and what it has no room for: the blocks of the gain from @at on */
static void make_wide(struct wide *wide, const struct hist_pack *pack, const struct hist_gain *gain,
		      unsigned int at)
{
	const unsigned int width = pack ? pack->head >> WIDTH_SHIFT : 0;
	const __u64 there = pack ? pack->head & ALL_BLOCKS : 0;
	const __u8 *counts = pack ? pack->counts : NULL;
	__u64 left, *count = wide->count[0];
	unsigned int block, i;

	wide->blocks = there | gain->blocks;
	wide->all = 0;
	for (left = wide->blocks; left; left &= left - 1, count += HIST_BLOCK) {
		block = __builtin_ctzll(left);
		memset(count, 0, sizeof(wide->count[0]));
		if (there >> block & 1) {
			for (i = 0; i < HIST_BLOCK; i++)
				count[i] = load(counts, i, width);
			counts += HIST_BLOCK << width;
		}
		if (at < gain->nr && gain->block[at] == block) {
			for (i = 0; i < HIST_BLOCK; i++)
				count[i] += gain->count[at][i];
			at++;
		}
		for (i = 0; i < HIST_BLOCK; i++)
			wide->all |= count[i];
	}
}

static bool grow(struct hist_pack **pack, const struct hist_gain *gain, unsigned int at)
{
	unsigned int width, i;
	struct hist_pack *grown;
	const __u64 *count;
	struct wide wide;
	size_t size;

	make_wide(&wide, *pack, gain, at);
	size = size_of(wide.blocks, wide.all);
	grown = malloc(size);
	if (!grown)
		return false;
	width = width_of(wide.all);
	grown->head = wide.blocks | (__u64)width << WIDTH_SHIFT;
	count = wide.count[0];
	for (i = 0; i < (size - sizeof(*grown)) >> width; i++)
		store(grown->counts, i, width, count[i]);
	free(*pack);
	*pack = grown;
	return true;
}

/**
 * hist_pack_add() - count samples in a packed histogram
 * @pack: the histogram, for free(); NULL while it is empty
 * @gain: the samples
 *
 * Return: false without memory; part of the samples may have been counted then.
 */
bool hist_pack_add(struct hist_pack **pack, const struct hist_gain *gain)
{
	unsigned int at = 0;

	if (*pack && !(gain->blocks & ~(*pack)->head) && !(gain->all >> 31))
		at = add_in_place(*pack, gain);
	return at == gain->nr || grow(pack, gain, at);
}

/**
 * hist_unpack() - count all samples of a packed histogram
 * @to: the histogram that they are added to
 * @pack: the packed one
 * @less: take them away instead
 */
void hist_unpack(struct hist *to, const struct hist_pack *pack, bool less)
{
	unsigned int width = pack->head >> WIDTH_SHIFT, first, i;
	const __u8 *counts = pack->counts;
	__u64 left, count;

	for (left = pack->head & ALL_BLOCKS; left; left &= left - 1) {
		first = __builtin_ctzll(left) * HIST_BLOCK;
		for (i = 0; i < HIST_BLOCK; i++) {
			count = load(counts, i, width);
			hist_add(to, first + i, less ? -count : count);
		}
		counts += HIST_BLOCK << width;
	}
	if (less)
		hist_trim(to);
}
