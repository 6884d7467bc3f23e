/* glibc's _dl_find_object for a libgcc that was built for glibc and is linked with musl; see musl.sh. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <link.h>
#include <stddef.h>
#include <string.h>

struct dl_find_object {
    unsigned long long flags;
    void *map_start, *map_end;
    struct link_map *link_map;
    void *eh_frame;
    unsigned long long reserved[7];
};

int _dl_find_object(void *address, struct dl_find_object *result);

struct search {
    ElfW(Addr) address;
    struct dl_find_object *result;
};

static int visit(struct dl_phdr_info *info, size_t size, void *arg)
{
    struct search *search = arg;
    const ElfW(Phdr) *load = NULL, *frames = NULL;
    (void)size;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        if (header->p_type == PT_LOAD &&
            search->address - (info->dlpi_addr + header->p_vaddr) < header->p_memsz)
            load = header;
        if (header->p_type == PT_GNU_EH_FRAME)
            frames = header;
    }
    if (!load || !frames)
        return 0;
    search->result->map_start = (void *)(info->dlpi_addr + load->p_vaddr);
    search->result->map_end = (char *)search->result->map_start + load->p_memsz;
    search->result->eh_frame = (void *)(info->dlpi_addr + frames->p_vaddr);
    return 1;
}

int _dl_find_object(void *address, struct dl_find_object *result)
{
    struct search search = {(ElfW(Addr))address, result};
    memset(result, 0, sizeof *result);
    return dl_iterate_phdr(visit, &search) == 1 ? 0 : -1;
}
