/* Reading the exception table of a function, after the LSB's description of .eh_frame and the C++ ABI's of
 * .gcc_except_table.  Only the parts that answer one question; anything unknown answers "no". */
#include "lsda.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
    PE_ABSPTR = 0x00,
    PE_ULEB = 0x01,
    PE_U2 = 0x02,
    PE_U4 = 0x03,
    PE_U8 = 0x04,
    PE_S4 = 0x0b,
    PE_S8 = 0x0c
};
enum { PE_PCREL = 0x10, PE_INDIRECT = 0x80, PE_OMIT = 0xff };

/* libgcc's lookup; not in unwind.h. */
struct dwarf_eh_bases {
    void *tbase, *dbase, *func;
};
extern const void *_Unwind_Find_FDE(void *pc, struct dwarf_eh_bases *bases);

extern char cxx_personality[] __asm__("__gxx_personality_v0") __attribute__((weak));

static uint64_t read_uleb(const unsigned char **at)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        unsigned char byte = *(*at)++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            break;
    }
    return value;
}

static uint64_t read_fixed(const unsigned char **at, size_t size)
{
    uint64_t value = 0;
    memcpy(&value, *at, size);
    *at += size;
    return value;
}

/* A value in one of the encodings that compilers emit for call sites and personalities. */
static bool read_value(const unsigned char **at, unsigned encoding, uint64_t *value)
{
    const unsigned char *start = *at;
    switch (encoding & 0x0f) {
    case PE_ULEB:
        *value = read_uleb(at);
        break;
    case PE_U2:
        *value = read_fixed(at, 2);
        break;
    case PE_U4:
        *value = read_fixed(at, 4);
        break;
    case PE_S4:
        *value = (uint64_t)(int64_t)(int32_t)read_fixed(at, 4);
        break;
    case PE_ABSPTR:
    case PE_U8:
    case PE_S8:
        *value = read_fixed(at, 8);
        break;
    default:
        return false;
    }
    if ((encoding & 0x70) == PE_PCREL)
        *value += (uint64_t)(uintptr_t)start;
    return (encoding & 0x70) == PE_PCREL || (encoding & 0x70) == 0;
}

/* The personality named by a CIE's augmentation, or 0. */
static uint64_t cie_personality(const unsigned char *cie)
{
    const unsigned char *augmentation = cie + 9, *at = augmentation + strlen((const char *)augmentation) + 1;
    if (augmentation[0] != 'z')
        return 0;
    read_uleb(&at); /* code alignment */
    read_uleb(&at); /* data alignment */
    read_uleb(&at); /* return address register */
    read_uleb(&at); /* augmentation length */
    for (const unsigned char *letter = augmentation + 1; *letter; letter++) {
        if (*letter == 'P') {
            unsigned encoding = *at++;
            uint64_t value;
            if (!read_value(&at, encoding, &value))
                return 0;
            if (encoding & PE_INDIRECT)
                memcpy(&value, (const void *)(uintptr_t)value, sizeof value);
            return value;
        }
        if (*letter != 'L' && *letter != 'R')
            continue;
        at++; /* their encoding */
    }
    return 0;
}

static bool is_cxx(uintptr_t pc)
{
    struct dwarf_eh_bases bases;
    const unsigned char *fde = _Unwind_Find_FDE((void *)pc, &bases);
    int32_t delta;
    if (!fde || !cxx_personality)
        return false;
    memcpy(&delta, fde + 4, sizeof delta);
    return cie_personality(fde + 4 - delta) == (uint64_t)(uintptr_t)cxx_personality;
}

static bool table_covers(const unsigned char *at, uint64_t offset)
{
    uint64_t start, length, pad;
    unsigned encoding = *at++;
    if (encoding != PE_OMIT && !read_value(&at, encoding, &start))
        return true;
    if (*at++ != PE_OMIT)
        read_uleb(&at); /* where the type table ends */
    encoding = *at++;
    uint64_t size = read_uleb(&at);
    for (const unsigned char *end = at + size; at < end;) {
        if (!read_value(&at, encoding, &start) || !read_value(&at, encoding, &length) ||
            !read_value(&at, encoding, &pad))
            return true;
        read_uleb(&at); /* action */
        if (offset >= start && offset < start + length)
            return true;
    }
    return false;
}

bool rh_lsda_terminates(struct _Unwind_Context *context)
{
    int before = 0;
    uintptr_t pc = (uintptr_t)_Unwind_GetIPInfo(context, &before) - (before ? 0 : 1);
    const unsigned char *table = _Unwind_GetLanguageSpecificData(context);
    if (!table || !is_cxx(pc))
        return false;
    return !table_covers(table, pc - (uintptr_t)_Unwind_GetRegionStart(context));
}
