#include "finding/baseline.h"
#include "base/sort.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/path.h"

enum { BASELINE_VERSION = 1 };
static const size_t LARGEST_BASELINE = (size_t)256 << 20;

static int compare_entries(const void *left, const void *right)
{
    const struct baseline_entry *a = left, *b = right;
    int order = strcmp(a->path, b->path);
    if (!order)
        order = strcmp(a->check, b->check);
    return order ? order : strcmp(a->fingerprint, b->fingerprint);
}

static void sort(struct baseline *baseline)
{
    if (baseline->entries.count)
        sort_items(baseline->entries.data, baseline->entries.count, sizeof *baseline->entries.data,
              compare_entries);
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static enum err_code read_entry(struct arena *arena, const char *path, const struct json_node *node,
                                uint32_t number, struct baseline *out, struct err *err)
{
    const char *fingerprint = json_get_text(node, "fingerprint");
    if (!fingerprint || strlen(fingerprint) != HASH_HEX - 1)
        return err_set(
            err, ERR_INPUT,
            "%s: entry %u of \"findings\" has no fingerprint of 32 hex digits; make the file anew with "
            "spawnlint baseline create",
            path, number);
    *vec_push(arena, &out->entries) =
        (struct baseline_entry){.fingerprint = fingerprint,
                                .check = or_empty(json_get_text(node, "check")),
                                .path = or_empty(json_get_text(node, "path")),
                                .function = json_get_text(node, "function"),
                                .message = or_empty(json_get_text(node, "message"))};
    return ERR_NONE;
}

enum err_code baseline_load(struct arena *arena, const char *path, struct baseline *out, struct err *err)
{
    char *text;
    size_t length;
    *out = (struct baseline){0};
    enum err_code code = file_read(arena, path, LARGEST_BASELINE, &text, &length, err);
    if (code != ERR_NONE)
        return code;
    struct json_node *root = json_parse(arena, path, text, length, JSON_LAST_WINS, err);
    if (!root)
        return ERR_INPUT;
    const struct json_node *version = json_get(root, "version"), *findings = json_get(root, "findings");
    if (!version || version->integer != BASELINE_VERSION || !findings || findings->kind != JSON_LIST)
        return err_set(
            err, ERR_INPUT,
            "%s is not a baseline of this program (\"version\": %d and a list \"findings\" are wanted)", path,
            BASELINE_VERSION);
    for (uint32_t i = 0; i < findings->count && code == ERR_NONE; i++)
        code = read_entry(arena, path, findings->items[i], i + 1, out, err);
    sort(out);
    return code;
}

static struct baseline_entry *find(struct baseline *baseline, const char *fingerprint)
{
    for (uint32_t i = 0; i < baseline->entries.count; i++)
        if (strcmp(baseline->entries.data[i].fingerprint, fingerprint) == 0)
            return &baseline->entries.data[i];
    return NULL;
}

void baseline_apply(struct baseline *baseline, struct finding_list *list)
{
    for (uint32_t i = 0; i < list->items.count; i++) {
        struct finding *finding = &list->items.data[i];
        struct baseline_entry *entry = find(baseline, finding->fingerprint);
        if (!entry)
            continue;
        entry->seen = true;
        if (finding->suppression == SUPPRESSED_NOT)
            finding->suppression = SUPPRESSED_BASELINE;
    }
}

void baseline_make(struct arena *arena, const struct finding_list *list, const char *root,
                   const struct baseline *previous, struct baseline *out)
{
    *out = (struct baseline){0};
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct finding *finding = &list->items.data[i];
        if (finding->suppression == SUPPRESSED_IN_SOURCE || finding->suppression == SUPPRESSED_DETACHED)
            continue;
        if (previous && !find((struct baseline *)previous, finding->fingerprint))
            continue;
        const char *path = finding->place.path ? path_shorten(finding->place.path, root) : "";
        *vec_push(arena, &out->entries) = (struct baseline_entry){.fingerprint = finding->fingerprint,
                                                                  .check = finding->check,
                                                                  .path = path,
                                                                  .function = finding->function,
                                                                  .message = finding->message};
    }
    sort(out);
}

void baseline_write(struct buf *out, const struct baseline *baseline)
{
    struct json_writer json = {.out = out, .indent = 2};
    json_put_open(&json, '{');
    json_put_key_int(&json, "version", BASELINE_VERSION);
    json_put_key_open(&json, "findings", '[');
    for (uint32_t i = 0; i < baseline->entries.count; i++) {
        const struct baseline_entry *entry = &baseline->entries.data[i];
        json_put_open(&json, '{');
        json_put_key_text(&json, "fingerprint", entry->fingerprint);
        json_put_key_text(&json, "check", entry->check);
        json_put_key_text(&json, "path", entry->path);
        if (entry->function)
            json_put_key_text(&json, "function", entry->function);
        json_put_key_text(&json, "message", entry->message);
        json_put_close(&json, '}');
    }
    json_put_close(&json, ']');
    json_put_close(&json, '}');
    buf_char(out, '\n');
}
