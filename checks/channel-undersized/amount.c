#include "undersized.h"

#include "link/channels.h"

enum { COPIES_DEEP = 6 };

struct amount amount_of(int64_t constant)
{
    return (struct amount){.constant = constant};
}

struct amount amount_unknown(void)
{
    return (struct amount){.is_unknown = true};
}

static bool is_small(int64_t value)
{
    return value > -(INT64_C(1) << 40) && value < INT64_C(1) << 40;
}

static struct amount checked(struct amount amount)
{
    if (!is_small(amount.constant) || !is_small(amount.factor))
        return amount_unknown();
    if (!amount.factor)
        return amount_of(amount.constant);
    return amount;
}

static bool same_symbol(const struct amount *a, const struct amount *b)
{
    return a->func == b->func && a->symbol == b->symbol && a->is_loop == b->is_loop;
}

struct amount amount_add(struct amount a, struct amount b)
{
    if (a.is_unknown || b.is_unknown || (a.func && b.func && !same_symbol(&a, &b)))
        return amount_unknown();
    struct amount sum = a.func ? a : b;
    sum.constant = a.constant + b.constant;
    sum.factor = a.factor + b.factor;
    return checked(sum);
}

struct amount amount_negate(struct amount a)
{
    a.constant = -a.constant;
    a.factor = -a.factor;
    return a;
}

struct amount amount_multiply(struct amount a, struct amount b)
{
    if (a.is_unknown || b.is_unknown || (a.func && b.func))
        return amount_unknown();
    struct amount product = a.func ? a : b;
    int64_t by = a.func ? b.constant : a.constant;
    product.constant *= by;
    product.factor *= by;
    return checked(product);
}

bool amount_equal(const struct amount *a, const struct amount *b)
{
    return !a->is_unknown && !b->is_unknown && a->constant == b->constant && a->factor == b->factor &&
           same_symbol(a, b);
}

bool amount_is_positive(struct amount amount)
{
    return !amount.is_unknown && amount.factor >= 0 && amount.constant + 2 * amount.factor > 0;
}

/* ---- values ---- */

static uint32_t definitions(const struct ir_func *func, ir_path_id path, const struct ir_instr **only)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < func->instrs.count; i++) {
        const struct ir_instr *instr = &func->instrs.data[i];
        if (instr->dst != path || instr->op == IR_LIFE_BEGIN || instr->op == IR_LIFE_END)
            continue;
        *only = instr;
        count++;
    }
    return count;
}

static struct amount value_amount(const struct check_pass *pass, ir_func_id id, ir_val val, int depth)
{
    const struct ir_func *func = &pass->module->funcs.data[id];
    if (ir_val_kind(val) == VAL_INT)
        return checked(amount_of(func->ints.data[ir_val_index(val)]));
    if (ir_val_kind(val) != VAL_PATH)
        return amount_unknown();
    const struct ir_path *path = &func->paths.data[ir_val_index(val)];
    const struct ir_instr *only = NULL;
    uint32_t count = definitions(func, ir_val_index(val), &only);
    bool is_local = path->base_kind == BASE_LOCAL && !path->step_count;
    if (is_local && func->locals.data[path->base].flags & LOCAL_ADDRESS_TAKEN)
        return amount_unknown();
    if (count == 1 && is_local && depth < COPIES_DEEP) {
        if (only->op == IR_COPY && ir_val_kind(only->a) != VAL_UNKNOWN)
            return value_amount(pass, id, only->a, depth + 1);
        if (only->op == IR_BIN && (only->sub == BIN_ADD || only->sub == BIN_SUB || only->sub == BIN_MUL)) {
            struct amount a = value_amount(pass, id, only->a, depth + 1);
            struct amount b = value_amount(pass, id, only->b, depth + 1);
            return only->sub == BIN_MUL ? amount_multiply(a, b)
                                        : amount_add(a, only->sub == BIN_SUB ? amount_negate(b) : b);
        }
    }
    bool is_param = is_local && path->base <= func->param_count;
    if (is_local ? count > (is_param ? 0u : 1u) : count > 0)
        return amount_unknown();
    return (struct amount){.factor = 1, .func = id, .symbol = ir_val_index(val)};
}

struct amount amount_of_value(const struct check_pass *pass, ir_func_id func, ir_val val)
{
    return value_amount(pass, func, val, 0);
}

struct amount amount_in_caller(const struct check_pass *pass, struct amount amount,
                               const struct call_site *site)
{
    if (!amount.func || amount.is_unknown)
        return amount;
    const struct ir_func *callee = &pass->module->funcs.data[amount.func];
    const struct ir_func *caller = &pass->module->funcs.data[site->func];
    const struct ir_instr *call = &caller->instrs.data[site->instr];
    const struct ir_path *path = &callee->paths.data[amount.symbol];
    if (amount.is_loop || path->base_kind != BASE_LOCAL || path->step_count ||
        path->base > callee->param_count || path->base > call->arg_count)
        return amount_unknown();
    struct amount symbol =
        amount_of_value(pass, site->func, caller->args.data[call->first_arg + path->base - 1]);
    return amount_add(amount_of(amount.constant), amount_multiply(symbol, amount_of(amount.factor)));
}

/* ---- words ---- */

const char *amount_text(const struct check_pass *pass, struct amount amount)
{
    struct buf symbol = {0};
    if (amount.is_unknown)
        return "an unknown number of";
    if (!amount.func)
        return amount.constant == 0 ? "no" : arena_printf(pass->arena, "%lld", (long long)amount.constant);
    if (amount.is_loop)
        buf_text(&symbol, "one for each turn of the loop");
    else
        ir_print_val_source(&symbol, pass->module, &pass->module->funcs.data[amount.func],
                            IR_VAL(VAL_PATH, amount.symbol));
    const char *times =
        amount.factor == 1 ? "" : arena_printf(pass->arena, "%lld * ", (long long)amount.factor);
    const char *text = arena_printf(pass->arena, "%s%s", times, symbol.data ? symbol.data : "n");
    buf_free(&symbol);
    if (amount.constant)
        text = arena_printf(pass->arena, "%s %c %lld", text, amount.constant < 0 ? '-' : '+',
                            (long long)(amount.constant < 0 ? -amount.constant : amount.constant));
    return text;
}
