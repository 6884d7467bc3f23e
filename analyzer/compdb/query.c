/* Asking a compiler driver: the one place that executes what a database names. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "compdb/toolchain.h"

#define QUERY_SECONDS 10
#define ANSWER_BYTES  ((size_t)1 << 20)

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Reads until the end or the deadline; false at the deadline. */
static bool read_answer(int fd, struct buf *answer)
{
    int64_t deadline = now_ms() + QUERY_SECONDS * 1000;
    for (;;) {
        int64_t left = deadline - now_ms();
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        if (left <= 0 || poll(&wait, 1, (int)left) == 0)
            return false;
        char chunk[4096];
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return true;
        buf_bytes(answer, chunk, (size_t)got);
    }
}

static char **query_argv(struct arena *arena, const char *compiler, const char *const *args, uint32_t arg_count,
                         enum compdb_language language)
{
    static char *const tail_c[] = {"-v", "-E", "-x", "c", "/dev/null"};
    static char *const tail_cxx[] = {"-v", "-E", "-x", "c++", "/dev/null"};
    char **argv = arena_array(arena, char *, arg_count + 7);
    argv[0] = arena_strdup(arena, compiler);
    for (uint32_t i = 0; i < arg_count; i++)
        argv[i + 1] = arena_strdup(arena, args[i]);
    memcpy(argv + arg_count + 1, language == LANG_CXX ? tail_cxx : tail_c, sizeof tail_c);
    return argv;
}

/* Starts it with its standard error in the pipe and nothing else connected. */
static int start(char **argv, int pipe_write, pid_t *pid)
{
    static char *const environment[] = {"LC_ALL=C", "PATH=/usr/local/bin:/usr/bin:/bin", NULL};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, pipe_write, 2);
    int result = posix_spawn(pid, argv[0], &actions, NULL, argv, environment);
    posix_spawn_file_actions_destroy(&actions);
    return result;
}

enum err_code toolchain_query(struct arena *arena, const char *compiler, const char *const *args, uint32_t arg_count,
                              enum compdb_language language, struct toolchain_answer *out, struct err *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC))
        return err_set(err, ERR_IO, "%s can't be asked for its include paths: %s", compiler, strerror(errno));
    pid_t pid;
    int failed = start(query_argv(arena, compiler, args, arg_count, language), ends[1], &pid);
    close(ends[1]);
    if (failed) {
        close(ends[0]);
        return err_set(err, ERR_INPUT, "%s can't be asked for its include paths: %s", compiler, strerror(failed));
    }
    struct buf answer = {.cap = ANSWER_BYTES};
    bool ended = read_answer(ends[0], &answer);
    close(ends[0]);
    if (!ended)
        kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    if (answer.data)
        toolchain_parse_answer(arena, answer.data, out);
    buf_free(&answer);
    if (!ended)
        return err_set(err, ERR_INPUT, "%s did not say its include paths within %d seconds", compiler, QUERY_SECONDS);
    if (!out->includes.count)
        return err_set(err, ERR_INPUT, "%s did not say its include paths", compiler);
    return ERR_NONE;
}

/* gcc's own stddef.h and the like are not for clang, which has its own. */
static bool is_compilers_own(const char *directory)
{
    const char *name = path_name(directory);
    return (strstr(directory, "/lib/gcc") || strstr(directory, "/lib/clang/")) &&
           (!strcmp(name, "include") || !strcmp(name, "include-fixed"));
}

void toolchain_parse_answer(struct arena *arena, const char *text, struct toolchain_answer *out)
{
    bool listing = false;
    while (*text) {
        size_t length = strcspn(text, "\n");
        char *line = arena_strndup(arena, text, length);
        text += length + (text[length] == '\n');
        if (!strncmp(line, "Target: ", 8))
            out->target = line + 8;
        else if (!strncmp(line, "#include <...>", 14))
            listing = true;
        else if (!strncmp(line, "End of search list", 18))
            listing = false;
        else if (listing && line[0] == ' ' && line[1] == '/') {
            const char *directory = path_join(arena, "/", line + 1);
            if (!is_compilers_own(directory))
                *vec_push(arena, &out->includes) = directory;
        }
    }
}
