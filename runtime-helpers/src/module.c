#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "module.h"

#include <dlfcn.h>
#include <link.h>
#include <string.h>

/* The note GNU build id among the notes at [at, at + size). */
static void find_note(const char *at, size_t size, struct rh_module *module)
{
    for (const char *end = at + size; at + sizeof(ElfW(Nhdr)) <= end;) {
        ElfW(Nhdr) note;
        memcpy(&note, at, sizeof note);
        const char *name = at + sizeof note, *bytes = name + ((note.n_namesz + 3u) & ~3u);
        if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && memcmp(name, "GNU", 4) == 0) {
            module->build_id = (const unsigned char *)bytes;
            module->build_id_size = note.n_descsz;
            return;
        }
        at = bytes + ((note.n_descsz + 3u) & ~3u);
    }
}

static void find_build_id(uintptr_t base, const ElfW(Phdr) * headers, size_t count, struct rh_module *module)
{
    module->build_id_size = 0;
    for (size_t i = 0; i < count && module->build_id_size == 0; i++)
        if (headers[i].p_type == PT_NOTE)
            find_note((const char *)(base + headers[i].p_vaddr), headers[i].p_memsz, module);
}

#if defined(DLFO_STRUCT_HAS_EH_DBASE) /* _dl_find_object: glibc 2.35 */

bool rh_module_find(const void *address, struct rh_module *module)
{
    struct dl_find_object object;
    if (_dl_find_object((void *)(uintptr_t)address, &object) != 0)
        return false;
    const ElfW(Ehdr) *header = object.dlfo_map_start;
    uintptr_t base = object.dlfo_link_map->l_addr;
    module->path = object.dlfo_link_map->l_name;
    module->offset = (uintptr_t)address - base;
    find_build_id(base, (const void *)((const char *)header + header->e_phoff), header->e_phnum, module);
    return true;
}

#else

struct search {
    uintptr_t address;
    struct rh_module *module;
};

static int visit(struct dl_phdr_info *info, size_t size, void *arg)
{
    struct search *search = arg;
    (void)size;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        uintptr_t start = info->dlpi_addr + header->p_vaddr;
        if (header->p_type != PT_LOAD || search->address - start >= header->p_memsz)
            continue;
        search->module->path = info->dlpi_name;
        search->module->offset = search->address - info->dlpi_addr;
        find_build_id(info->dlpi_addr, info->dlpi_phdr, info->dlpi_phnum, search->module);
        return 1;
    }
    return 0;
}

bool rh_module_find(const void *address, struct rh_module *module)
{
    struct search search = {(uintptr_t)address, module};
    return dl_iterate_phdr(visit, &search) == 1;
}

#endif
