/* API models: what is known of library functions, as roles of their calls.
 *
 * Models are YAML (the files of checks/models, embedded in the binary; users add their own, which are read after and win).
 * A file is
 *
 *     library: pthread
 *     quiet-headers: ["pthread.h", "sys"] # what they declare and no model names lets no panic out
 *     assert-macros: [assert]
 *     cleanup-macros: [pthread_cleanup_push]
 *     context-types: [rh_ctx]
 *     standing-channels: [stdout]
 *     exceptions: {"std::out_of_range": "std::logic_error"}   # class: its base, or nothing
 *     functions:
 *       - name: pthread_create                  # or a list of names; declared, qualified, no template arguments
 *         params: 4                             # only the overload with so many parameters; or [int, "*"]: with these
 *         spawn: {entry: 3, arg: 4, handle: 1, by-pointer: true, task: thread}
 *         fix: {to: rh_pthread_create, header: rh/spawn.h}
 *       - name: sleep                           # what to write where a context is at hand
 *         instead: {context: rh_ctx, write: "rh_sleep({context}, {1} * 1000000000LL)", header: rh/io.h, discarded: true}
 *       - name: std::vector::emplace_back       # further conditions, all globs:
 *         class: "std::vector<std::thread*"     # on the class of a member, with its template arguments
 *         returns: "*<std::thread*"             # on the result's type
 *         has-param: "*error_code*"             # on some parameter's type
 *
 * and the keys of a role are in facts/roles.def.  Names match whatever inline namespace the library lives in
 * (std::__1, std::__cxx11, ...), and whatever its template arguments are.  A leading `*::` matches any scope.  Of
 * several that match, a user's wins over ours, one with conditions over one without, the last over the first.
 * Everything lives in the set's arena and is immutable once read: one set may serve many threads.
 */
#ifndef FACTS_MODEL_H
#define FACTS_MODEL_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "flow/panic.h"
#include "ir/ir.h"

enum model_position {
#define POSITION(NAME, key) POS_##NAME,
#include "facts/roles.def"
    POS_COUNT
};

enum model_when {
#define WHEN(NAME, text) WHEN_##NAME,
#include "facts/roles.def"
    WHEN_COUNT
};

enum model_unless {
#define UNLESS(NAME, text) UNLESS_##NAME,
#include "facts/roles.def"
    UNLESS_COUNT
};

enum model_option {
#define OPTION(NAME, key) OPT_##NAME,
#include "facts/roles.def"
    OPT_COUNT
};

enum role_kind {
#define ROLE(NAME, key, allowed, required, options) ROLE_##NAME,
#include "facts/roles.def"
    ROLE_COUNT
};

/* Where in a call: 0 nowhere, 1... the written arguments, or one of these. */
enum { AT_NOWHERE = 0, AT_THIS = -1, AT_RESULT = -2 };

enum throw_set { THROWS_LIKELY, THROWS_ALL };

/* What a chan-open makes: one thing, or two ends of a channel. */
enum model_pair { PAIR_NONE, PAIR_ONE_WAY /* element 0 receives what goes into element 1 */, PAIR_TWO_WAY };

/* What a call gives when it has opened something; BY_TYPE: what calls of its type usually give. */
enum model_success {
    OPENS_BY_TYPE,
    OPENS_ZERO,
    OPENS_NOT_ZERO,
    OPENS_NOT_NEGATIVE,
    OPENS_NOT_NULL,
    OPENS_ALWAYS
};

struct role {
    enum role_kind kind;
    int8_t at[POS_COUNT];
    uint32_t kinds;         /* PANIC_BITs: what a spawn API or a recover wrapper stops */
    const char *task;       /* spawn: "thread" unless said */
    const char *class_;     /* NULL: not said */
    const char *unit;       /* of a timeout; NULL: can't be read */
    uint64_t bits;          /* of flags; 0: none */
    const int64_t *values;  /* of flags; none: whatever they are */
    uint32_t value_count;
    const char **types;     /* throws: canonical, unqualified; "?" any */
    uint32_t type_count;
    enum throw_set set;
    enum model_unless unless;
    enum model_when when;
    enum model_pair pair;
    enum model_success success;
    bool rest, by_pointer, close_safe, detached, serial, scoped, terminates, all, ends_task, unbuffered, background;
    bool half_send, half_receive; /* chan-close: true for both when the model says neither */
};

struct model_fix {
    const char *to, *header; /* "rh_pthread_create", "rh/spawn.h" */
    uint32_t kinds;          /* the panics it is good for; 0: all */
};

/* What to write where a context of a class is at hand: `{context}` and `{1}`, `{2}`, ... stand for it and for the written
 * arguments.  Of a method, from its name on. */
struct model_instead {
    const char *context, *write, *header; /* "rh_ctx", "rh_sleep({context}, {1} * 1000000000LL)", "rh/io.h" or NULL */
    bool discarded; /* only where the result is not used */
    bool tested;    /* only in a loop that tests the context */
};

struct model_function {
    const char *name;        /* normalised */
    const char *library;     /* of the file: "pthread" */
    int param_count;         /* -1: any */
    const char **params;     /* param_count patterns, or NULL */
    const char *class_, *returns, *has_param; /* globs, NULL: any */
    struct role *roles;
    uint32_t role_count;
    const struct model_fix *fix; /* NULL: none */
    const struct model_instead *instead;
    uint32_t instead_count;
    const char *file;        /* where it stands, for messages */
    uint32_t line;
    bool user;
};

struct model_exception { /* a library's exception class and its base: for modules that don't show them */
    const char *name, *base; /* base NULL: none */
};

struct model_set;

struct model_set *model_set_create(struct arena *arena);
/* The models embedded in the binary.  An error there is a BUG(). */
void model_set_add_builtin(struct model_set *set);
/* One more file or text; errors begin `name:line:column:` and suggest the nearest spelling. */
enum err_code model_set_add_file(struct model_set *set, const char *path, bool user, struct err *err);
enum err_code model_set_add_text(struct model_set *set, const char *name, const char *text, size_t length, bool user,
                                 struct err *err);
/* Identifies the models' content in cache keys. */
struct hash128 model_set_hash(const struct model_set *set);
uint32_t model_set_count(const struct model_set *set);
/* In order of reading; index below the count. */
const struct model_function *model_set_at(const struct model_set *set, uint32_t index);

/* The model of a symbol, NULL when there is none.  The last that was read wins. */
const struct model_function *model_find(const struct model_set *set, const struct ir_module *module, ir_sym_id sym);
/* PANIC_BITs that calling an object of the class stops, by the model of its operator(); `name` is qualified. */
uint32_t model_class_stops(const struct model_set *set, const char *name);
/* Whether a model stands for the whole body, which then is not looked at: any but one that only says `flows`. */
bool model_is_opaque(const struct model_function *function);
/* Whether an opaque model names it, whatever its overload: what the frontend asks (frontend_options.is_modelled;
 * `set` as the context).  Models with conditions on types don't count: the others of that name need their bodies. */
bool model_names(void *set, const char *qualified_name);
/* Bodiless symbols that let nothing out: modelled as quiet, or declared in a quiet header. */
bool model_is_quiet(const struct model_set *set, const struct ir_module *module, ir_sym_id sym);
bool model_is_assert_macro(const struct model_set *set, const char *macro);
/* A macro that registers what is to run at the end of a scope (pthread_cleanup_push), through calls of its own. */
bool model_is_cleanup_macro(const struct model_set *set, const char *macro);
/* A class that carries cancellation, by its qualified name. */
bool model_is_context_type(const struct model_set *set, const char *name);

/* A global that holds a channel which nobody opened: stdout. */
bool model_is_standing_channel(const struct model_set *set, const char *global);

const struct model_exception *model_exceptions(const struct model_set *set, uint32_t *count);

/* The role of that kind, or NULL (also for a NULL function). */
const struct role *model_role(const struct model_function *function, enum role_kind kind);

/* `std::__1::vector<int>::at` -> `std::vector::at`. */
const char *model_normalise(struct arena *arena, const char *name);

/* The value at a position of a call: VAL_NONE where the call has none.  AT_RESULT is VAL_PATH of the call's dst.
 * For a method `this` is the object's address. */
ir_val role_value(const struct ir_func *func, const struct ir_instr *call, int at);

const char *role_kind_text(enum role_kind kind);

/* `pthread_join: join (handle 1), block (handle 1, class sync)`, without a newline. */
void model_print(struct buf *out, const struct model_function *function);

#endif
