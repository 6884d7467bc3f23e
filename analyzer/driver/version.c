#include "driver/version.h"

#include "base/file.h"
#include "base/hash.h"
#include "driver/result.h"
#include "finding/bytes.h"
#include "ir/bytes.h"

const char *version_of_results(struct arena *arena)
{
    struct arena *tmp = arena_create("binary");
    char *bytes, build[HASH_HEX] = "unknown";
    size_t length;
    if (!file_read(tmp, "/proc/self/exe", (size_t)1 << 30, &bytes, &length, NULL))
        hash_hex(hash_bytes128(bytes, length), build);
    arena_destroy(tmp);
    return arena_printf(arena, "%s+%s, %s, formats %d.%d.%d", SPAWNLINT_VERSION, build, frontend_version(arena),
                        IR_BYTES_VERSION, RESULT_VERSION, FINDING_BYTES_VERSION);
}
