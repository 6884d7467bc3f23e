#include <string.h>

#include "fix/fix.h"

/* A double-quoted YAML scalar; bytes that are not ASCII go through, as clang's own writer lets them. */
static void put_quoted(struct buf *out, const char *text)
{
    buf_char(out, '"');
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", c);
        else if (c == '\n')
            buf_text(out, "\\n");
        else if (c == '\r')
            buf_text(out, "\\r");
        else if (c == '\t')
            buf_text(out, "\\t");
        else if (c < 0x20)
            buf_printf(out, "\\x%02X", c);
        else
            buf_char(out, *text);
    }
    buf_char(out, '"');
}

void fix_write_yaml(struct buf *out, const struct fix_plan *plan, const char *main_file)
{
    buf_text(out, "---\nMainSourceFile: ");
    put_quoted(out, main_file ? main_file : "");
    buf_text(out, "\nReplacements:");
    uint32_t count = 0;
    for (uint32_t f = 0; f < plan->files.items.count; f++) {
        const struct fix_file *file = &plan->files.items.data[f];
        for (uint32_t i = 0; i < file->edits.count; i++, count++) {
            const struct fix_edit *edit = &file->edits.data[i];
            buf_text(out, "\n  - FilePath: ");
            put_quoted(out, file->path);
            buf_printf(out, "\n    Offset: %u\n    Length: %u\n    ReplacementText: ", edit->offset,
                       edit->end_offset - edit->offset);
            put_quoted(out, edit->text);
        }
    }
    buf_text(out, count ? "\n...\n" : " []\n...\n");
}
