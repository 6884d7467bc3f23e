/* Looking for a database, and commands for files that have none. */
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "compdb/command.h"
#include "compdb/compdb.h"

const char *compdb_find(struct arena *arena, const char *start, struct err *err)
{
    for (const char *at = path_join(arena, path_here(arena), start);; at = path_parent(arena, at)) {
        static const char *const places[] = {"compile_commands.json", "build/compile_commands.json"};
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
            const char *path = path_join(arena, at, places[i]);
            if (!access(path, F_OK))
                return path;
        }
        if (!strcmp(at, "/"))
            break;
    }
    err_set(err, ERR_INPUT, "no compile_commands.json here, in build/ or in a directory above; " COMPDB_HOW_TO_MAKE);
    return NULL;
}

/* Components that both paths begin with. */
static uint32_t shared_components(const char *a, const char *b)
{
    uint32_t count = 0;
    for (; *a && *a == *b; a++, b++)
        count += *a == '/';
    return count;
}

static size_t stem(const char *path)
{
    const char *name = path_name(path), *extension = path_extension(path);
    return *extension ? (size_t)(extension - name) - 1 : strlen(name);
}

static bool same_stem(const char *a, const char *b)
{
    size_t length = stem(a);
    return length == stem(b) && !strncmp(path_name(a), path_name(b), length);
}

/* Its own source (same stem) first, then the nearest by directory; the first in job order among equals. */
static const struct compdb_job *nearest_job(const struct compdb *db, const char *path)
{
    const struct compdb_job *best = NULL;
    uint32_t best_score = 0;
    bool wants_cxx = command_language(path) == LANG_CXX;
    for (uint32_t i = 0; i < db->jobs.count; i++) {
        const struct compdb_job *job = &db->jobs.data[i];
        uint32_t score = 1 + 4 * shared_components(job->real_path, path);
        score += same_stem(job->real_path, path) ? 1000000 : 0;
        score += wants_cxx == (job->language == LANG_CXX) ? 2 : 0;
        if (score > best_score) {
            best = job;
            best_score = score;
        }
    }
    return best;
}

bool compdb_infer(struct arena *arena, const struct compdb *db, const char *path, struct compdb_job *out)
{
    const char *real = path_real(arena, path);
    const struct compdb_job *nearest = nearest_job(db, real ? real : path);
    if (!nearest || command_language(path) == LANG_OTHER)
        return false;
    *out = *nearest;
    out->file = path_join(arena, path_here(arena), path);
    out->real_path = real ? real : out->file;
    out->output = NULL;
    return true;
}
