/* The C++ runtime from C.  Layouts are the Itanium C++ ABI's, shared by libstdc++ and libc++abi. */
#include "cxx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "panic.h"

extern void __cxa_end_catch(void) __attribute__((weak));
extern char *__cxa_demangle(const char *name, char *buffer, size_t *size, int *status) __attribute__((weak));
typedef void (*terminate_handler)(void);
extern terminate_handler set_terminate(terminate_handler handler) __asm__("_ZSt13set_terminatePFvvE")
    __attribute__((weak));
extern terminate_handler get_terminate(void) __asm__("_ZSt13get_terminatev") __attribute__((weak));

extern const void *const vtable_class[] __asm__("_ZTVN10__cxxabiv117__class_type_infoE")
    __attribute__((weak));
extern const void *const vtable_single[] __asm__("_ZTVN10__cxxabiv120__si_class_type_infoE")
    __attribute__((weak));
extern const void *const vtable_multi[] __asm__("_ZTVN10__cxxabiv121__vmi_class_type_infoE")
    __attribute__((weak));

struct type_info {
    const void *const *vtable;
    const char *name;
};

struct single_type_info {
    struct type_info head;
    const struct type_info *base;
};

struct multi_type_info {
    struct type_info head;
    unsigned flags, count;
    struct {
        const struct type_info *type;
        long offset_flags;
    } bases[];
};

struct rh_cxa *rh_cxx_globals(void)
{
    if (!rh_self.cxa && __cxa_get_globals)
        rh_self.cxa = __cxa_get_globals();
    return rh_self.cxa;
}

/* The exceptions being handled where the panic began are put aside: catch (...) on the way could not begin to
 * handle the panic above them (the runtime would call std::terminate). */
void rh_cxx_leave(struct rh_frame *frame)
{
    struct rh_cxa *now = rh_cxx_globals();
    if (!now)
        return;
    frame->cxa_at_panic = *now;
    now->caught = NULL;
    rh_cxx_guard_terminate();
}

/* Handlers that the panic left are ended, which frees their exceptions; then all is as at the frame's entry.
 */
void rh_cxx_recover(struct rh_frame *frame)
{
    struct rh_cxa *now = rh_self.cxa;
    if (!now)
        return;
    now->caught = frame->cxa_at_panic.caught;
    for (int limit = 64; limit > 0 && now->caught && now->caught != frame->cxa.caught && __cxa_end_catch;
         limit--)
        __cxa_end_catch();
    *now = frame->cxa;
}

static terminate_handler chained;

static void on_terminate(void)
{
    struct rh_frame *frame = rh_self.top;
    while (frame && frame->state == RH_FRAME_UNWINDING && !frame->unwind.exception_cleanup)
        frame = frame->previous;
    if (frame && frame->state == RH_FRAME_UNWINDING)
        rh_frame_jump(frame);
    if (chained && !rh_self.terminating) { /* a handler set after ours may call ours as the one before it */
        rh_self.terminating = true;
        chained();
    }
    rh_die();
}

void rh_cxx_guard_terminate(void)
{
    if (!set_terminate || !get_terminate || get_terminate() == on_terminate)
        return;
    terminate_handler before = set_terminate(on_terminate);
    if (before != on_terminate)
        __atomic_store_n(&chained, before, __ATOMIC_RELEASE);
}

static const struct type_info *thrown_type(struct _Unwind_Exception *exception, const void **object)
{
    enum { TYPE_BEFORE_HEADER = 80 };
    const char *header = (const char *)exception;
    const void *first;
    memcpy(&first, header - TYPE_BEFORE_HEADER, sizeof first);
    *object = exception + 1;
    if ((exception->exception_class & 0xff) == 1) { /* std::rethrow_exception's: it points to the original */
        *object = first;
        header = (const char *)first - sizeof *exception;
        memcpy(&first, header - TYPE_BEFORE_HEADER, sizeof first);
    }
    return first;
}

static const void *base_address(const void *object, long offset_flags)
{
    long offset = offset_flags >> 8;
    if (offset_flags & 1) { /* virtual base: its offset stands in the vtable */
        const char *vtable;
        memcpy(&vtable, object, sizeof vtable);
        memcpy(&offset, vtable + offset, sizeof offset);
    }
    return (const char *)object + offset;
}

/* The subobject of the named class inside an object of `type`, or NULL. */
static const void *find_base(const struct type_info *type, const void *object, const char *name)
{
    if (strcmp(type->name, name) == 0)
        return object;
    if (vtable_single && type->vtable == vtable_single + 2)
        return find_base(((const struct single_type_info *)type)->base, object, name);
    if (vtable_multi && type->vtable == vtable_multi + 2) {
        const struct multi_type_info *multi = (const struct multi_type_info *)type;
        for (unsigned i = 0; i < multi->count; i++) {
            const void *at = base_address(object, multi->bases[i].offset_flags);
            const void *found = find_base(multi->bases[i].type, at, name);
            if (found)
                return found;
        }
    }
    return NULL;
}

static const char *call_what(const void *exception)
{
    typedef const char *(*what_function)(const void *self);
    what_function const *vtable;
    memcpy(&vtable, exception, sizeof vtable);
    return vtable[2](exception); /* after the two destructors */
}

static void describe_value(const char *name, const void *object, char *text, size_t size)
{
    const char *string = NULL;
    int number;
    if (strcmp(name, "PKc") == 0 || strcmp(name, "Pc") == 0 ||
        strncmp(name, "NSt7__cxx1112basic_stringIcSt11", 31) == 0) {
        memcpy(&string, object, sizeof string);
        snprintf(text, size, "%s", string ? string : "(null)");
    } else if (strcmp(name, "i") == 0) {
        memcpy(&number, object, sizeof number);
        snprintf(text, size, "%d", number);
    } else {
        snprintf(text, size, "uncaught exception");
    }
}

static void describe_type(const char *name, char *text, size_t size)
{
    int status = -1;
    char *readable = __cxa_demangle ? __cxa_demangle(name, NULL, NULL, &status) : NULL;
    snprintf(text, size, "%s", readable && status == 0 ? readable : name);
    free(readable);
}

void rh_cxx_describe(struct _Unwind_Exception *exception, rh_panic_record *record,
                     const rh_panic_record **inner)
{
    const void *object;
    uint64_t class = exception->exception_class >> 8;
    *inner = NULL;
    if (class != 0x474e5543432b2b && class != 0x434c4e47432b2b) { /* "GNUCC++", "CLNGC++" */
        snprintf(record->type, sizeof record->type, "foreign exception");
        snprintf(record->message, sizeof record->message, "an exception of another language");
        return;
    }
    const struct type_info *type = thrown_type(exception, &object);
    const void *panic_error = find_base(type, object, "N2rh11panic_errorE");
    if (panic_error) {
        memcpy(inner, (const char *)panic_error + sizeof(void *), sizeof *inner);
        return;
    }
    const void *standard = find_base(type, object, "St9exception");
    const char *name = type->name + (type->name[0] == '*');
    describe_type(name, record->type, sizeof record->type);
    if (standard)
        snprintf(record->message, sizeof record->message, "%s", call_what(standard));
    else
        describe_value(name, object, record->message, sizeof record->message);
}
