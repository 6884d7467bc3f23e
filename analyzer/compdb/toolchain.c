#include "compdb/toolchain.h"

#include <dirent.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/path.h"

static bool is_one_of(const char *name, const char *const *list)
{
    for (; *list; list++)
        if (!strcmp(name, *list))
            return true;
    return false;
}

uint32_t toolchain_find_compiler(const char *const *words, uint32_t count)
{
    static const char *const launchers[] = {"ccache", "distcc", "sccache", "icecc",  "gomacc", "buildcache",
                                            "env",    "time",   "nice",    "recc",   NULL};
    uint32_t at = 0;
    while (at + 1 < count) {
        const char *name = path_name(words[at]);
        bool assignment = strchr(words[at], '=') && words[at][0] != '-' && words[at][0] != '/';
        if (!strcmp(name, "libtool") && words[at + 1][0] == '-')
            for (at++; at + 1 < count && words[at][0] == '-'; at++)
                ;
        else if (assignment || (is_one_of(name, launchers) && words[at + 1][0] != '-'))
            at++;
        else
            break;
    }
    return at;
}

/* The name without directory, ".exe" and "-12" or "-12.3". */
static size_t stem_length(const char *name)
{
    size_t length = strlen(name);
    if (length > 4 && !strcmp(name + length - 4, ".exe"))
        length -= 4;
    size_t end = length;
    while (end && strchr("0123456789.", name[end - 1]))
        end--;
    return end && end < length && name[end - 1] == '-' ? end - 1 : length;
}

bool toolchain_is_cxx(const char *compiler)
{
    const char *name = path_name(compiler);
    size_t length = stem_length(name);
    return length > 2 && name[length - 1] == '+' && name[length - 2] == '+';
}

bool toolchain_is_msvc(const char *compiler)
{
    static const char *const names[] = {"cl", "cl.exe", "clang-cl", "clang-cl.exe", "icl", NULL};
    return is_one_of(path_name(compiler), names);
}

const char *toolchain_cross_triple(struct arena *arena, const char *compiler)
{
    static const char *const kinds[] = {"-gcc", "-g++", "-cc", "-c++", "-clang", "-clang++"};
    const char *name = path_name(compiler);
    size_t length = stem_length(name);
    struct utsname machine;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t kind = strlen(kinds[i]);
        if (length <= kind || strncmp(name + length - kind, kinds[i], kind))
            continue;
        const char *triple = arena_strndup(arena, name, length - kind);
        bool native = !uname(&machine) && !strncmp(triple, machine.machine, strlen(machine.machine)) &&
                      strstr(triple, "linux");
        return native ? NULL : triple;
    }
    return NULL;
}

/* ---- the resource directory ---- */

static int find_libclang(struct dl_phdr_info *info, size_t size, void *found)
{
    (void)size;
    const char *name = path_name(info->dlpi_name);
    bool is = !strncmp(name, "libclang", 8) && strncmp(name, "libclang-cpp", 12) && strncmp(name, "libclang_rt", 11);
    if (is)
        *(const char **)found = info->dlpi_name;
    return is;
}

static const char *try_resource_dir(struct arena *arena, const char *directory, const char *version)
{
    const char *path = path_join(arena, directory, version);
    return access(arena_printf(arena, "%s/include/stddef.h", path), R_OK) ? NULL : path;
}

/* "19" of libclang-19.so.19 or libclang.so.19.1; "" when the name has none. */
static const char *library_version(struct arena *arena, const char *library)
{
    const char *digits = strpbrk(path_name(library), "0123456789");
    return digits ? arena_strndup(arena, digits, strspn(digits, "0123456789")) : "";
}

const char *toolchain_resource_dir(struct arena *arena)
{
    const char *library = NULL;
    dl_iterate_phdr(find_libclang, &library);
    const char *version = library ? library_version(arena, library) : "";
    if (!*version)
        version = SPAWNLINT_LIBCLANG_MAJOR;
    const char *real = library ? path_real(arena, library) : NULL;
    const char *places[] = {
        SPAWNLINT_LIBCLANG_DIR "/clang",
        library ? arena_printf(arena, "%s/clang", path_parent(arena, library)) : NULL,
        real ? arena_printf(arena, "%s/clang", path_parent(arena, real)) : NULL,
        library ? arena_printf(arena, "%s/../lib/clang", path_parent(arena, library)) : NULL,
        arena_printf(arena, "/usr/lib/llvm-%s/lib/clang", version),
        arena_printf(arena, "/usr/lib/llvm/%s/lib/clang", version),
        "/usr/lib/clang",
        "/usr/lib64/clang",
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const char *found = places[i] ? try_resource_dir(arena, places[i], version) : NULL;
        if (found)
            return found;
    }
    return NULL;
}
