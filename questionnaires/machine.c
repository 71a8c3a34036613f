/* Runs a circuit (circuit.py) over many responses.

   Responses are gone through in lots. For each lot every step is taken once, in
   order, and fills a slot, one bit a response, from slots filled before. No step
   looks at what the bits say, so one response and a million take the same way,
   and the slots stay in the cache of a core.

   Steps and slots come from machine.py, which is the only caller and vouches for
   every number in them. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "eight bytes are read as one number whose lowest byte is the first"
#endif

enum { LOT = 4096, WORD = 64 };

/* In the order of the enumeration Operation in circuit.py. */
enum operation { FILL, READ, WRITE, COUNT, NOT, AND, AND_NOT, OR, ADD };

typedef struct {
    int32_t operation, to, a, b, c, carry;
} step;

/* What is read: one byte a response. What is written: bits in rows of `width` bytes, and numbers of one byte. */
typedef struct {
    const uint8_t *const *rows;
    uint8_t *bits, *numbers;
    int64_t size, width;
} sheet;

#ifdef __SSE2__

/* The bits at one place of 64 bytes; the first byte gives the lowest bit. */
static uint64_t pick(const uint8_t *bytes, int place)
{
    const __m128i up = _mm_cvtsi32_si128(7 - place);
    uint64_t bits = 0;
    for (int part = 0; part < 4; part++) {
        __m128i sixteen = _mm_loadu_si128((const __m128i *)bytes + part);
        bits |= (uint64_t)(uint16_t)_mm_movemask_epi8(_mm_sll_epi16(sixteen, up)) << 16 * part;
    }
    return bits;
}

/* Sets the bits at one place of 64 bytes that were 0 there. */
static void put(uint8_t *bytes, uint64_t bits, int place)
{
    /* Byte n of `each` has bit n, so that a byte of eight bits, repeated eight times, tells them apart. */
    const __m128i each = _mm_set1_epi64x(INT64_C(-0x7fbfdfeff7fbfdff)), digit = _mm_set1_epi8((char)(1 << place));
    for (int part = 0; part < 4; part++) {
        __m128i *const sixteen = (__m128i *)bytes + part;
        __m128i pair = _mm_cvtsi32_si128((int)(bits >> 16 * part & 0xffff));
        pair = _mm_unpacklo_epi8(pair, pair);
        pair = _mm_shufflelo_epi16(pair, 0x50);
        pair = _mm_unpacklo_epi32(pair, pair);
        __m128i set = _mm_and_si128(_mm_cmpeq_epi8(_mm_and_si128(pair, each), each), digit);
        _mm_storeu_si128(sixteen, _mm_or_si128(_mm_loadu_si128(sixteen), set));
    }
}

#else

#define EVERY_BYTE UINT64_C(0x0101010101010101)

static uint64_t pick(const uint8_t *bytes, int place)
{
    uint64_t bits = 0;
    for (int part = 0; part < 8; part++) {
        uint64_t eight;
        memcpy(&eight, bytes + 8 * part, 8);
        bits |= ((eight >> place & EVERY_BYTE) * UINT64_C(0x0102040810204080) >> 56) << 8 * part;
    }
    return bits;
}

static void put(uint8_t *bytes, uint64_t bits, int place)
{
    for (int part = 0; part < 8; part++) {
        uint64_t eight, some = bits >> 8 * part & 0xff;
        some = ((some & 0x7f) * UINT64_C(0x0002040810204081) | (some & 0x80) << 49) & EVERY_BYTE;
        memcpy(&eight, bytes + 8 * part, 8);
        eight |= some << place;
        memcpy(bytes + 8 * part, &eight, 8);
    }
}

#endif

/* Fills a slot with the bit at one place of each byte of a row, and calls for the row that will be read next. */
static void take(uint64_t *slot, const uint8_t *row, int place, const uint8_t *next, ptrdiff_t here)
{
    for (; here >= WORD; here -= WORD, row += WORD, next += WORD) {
        __builtin_prefetch(next);
        *slot++ = pick(row, place);
    }
    if (here) {
        uint8_t rest[WORD] = {0};
        memcpy(rest, row, here);
        *slot = pick(rest, place);
    }
}

/* Sets one binary digit of the numbers in a row, which were 0 at first. */
static void count(uint8_t *row, const uint64_t *slot, int place, ptrdiff_t here)
{
    for (; here >= WORD; here -= WORD, row += WORD) put(row, *slot++, place);
    if (here) {
        uint8_t rest[WORD];
        memcpy(rest, row, here);
        put(rest, *slot, place);
        memcpy(row, rest, here);
    }
}

#define SLOT(number) (slots + (ptrdiff_t)(number) * words)

/* Fills a slot from three others; a step that reads fewer names slot 0 for the rest. */
#define JOIN(value)                                                                                       \
    do {                                                                                                  \
        const uint64_t *a = SLOT(one->a), *b = SLOT(one->b), *c = SLOT(one->c);                           \
        uint64_t *restrict to = SLOT(one->to);                                                            \
        (void)b, (void)c;                                                                                 \
        for (int i = 0; i < words; i++) to[i] = (value);                                                  \
    } while (0)

/* Fills two slots with the binary digits of how many of three bits are set. */
static inline __attribute__((always_inline)) void add(uint64_t *restrict to, uint64_t *restrict carry, const uint64_t *a,
                                                      const uint64_t *b, const uint64_t *c, const int words)
{
    for (int i = 0; i < words; i++) {
        to[i] = a[i] ^ b[i] ^ c[i];
        carry[i] = (a[i] & b[i]) | ((a[i] | b[i]) & c[i]);
    }
}

static inline __attribute__((always_inline)) void run_lot(const step *steps, int64_t length, uint64_t *slots,
                                                          const sheet *sheet, int64_t at, const int words)
{
    const ptrdiff_t here = sheet->size - at < words * WORD ? sheet->size - at : words * WORD;
    for (const step *one = steps; one < steps + length; one++) {
        switch (one->operation) {
        case FILL: memset(SLOT(one->to), one->a, words * sizeof *slots); break;
        case READ: take(SLOT(one->to), sheet->rows[one->a] + at, one->b, sheet->rows[one->c] + at, here); break;
        case WRITE: memcpy(sheet->bits + one->b * sheet->width + at / 8, SLOT(one->a), (here + 7) / 8); break;
        case COUNT: count(sheet->numbers + one->b * sheet->size + at, SLOT(one->a), one->c, here); break;
        case NOT: JOIN(~a[i]); break;
        case AND: JOIN(a[i] & b[i]); break;
        case AND_NOT: JOIN(a[i] & ~b[i]); break;
        case OR: JOIN(a[i] | b[i] | c[i]); break;
        case ADD: add(SLOT(one->to), SLOT(one->carry), SLOT(one->a), SLOT(one->b), SLOT(one->c), words); break;
        }
    }
}

/* Made twice where that can be: for every processor of its family, and for those with wider registers. */
#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__)
__attribute__((target_clones("avx2", "default")))
#endif
void run_circuit(const step *steps, int64_t length, uint64_t *slots, const uint8_t *const *rows, uint8_t *bits,
                 uint8_t *numbers, int64_t size, int64_t width)
{
    const sheet sheet = {rows, bits, numbers, size, width};
    if (size <= WORD)
        run_lot(steps, length, slots, &sheet, 0, 1);
    else
        for (int64_t at = 0; at < size; at += LOT) run_lot(steps, length, slots, &sheet, at, LOT / WORD);
}
