/* json.h (internal): writing JSON into a fixed buffer, async-signal-safely.
 *
 * What does not fit is dropped whole: json_mark and json_rewind let a writer take back a part that ran over.
 */
#ifndef RH_SRC_JSON_H
#define RH_SRC_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json {
    char *text;
    size_t length, room;
    bool full; /* something did not fit since the last rewind */
};

void rh_json_raw(struct json *json, const char *text);     /* as it is */
void rh_json_escaped(struct json *json, const char *text); /* the inside of a string, escaped */
void rh_json_number(struct json *json, int64_t number);    /* decimal */
void rh_json_hex(struct json *json, uint64_t number);      /* 0x... , no quotes */
void rh_json_bytes(struct json *json, const unsigned char *bytes, size_t count); /* lower-case hex */

/* "0x55d0c0de path+0x1234 (build id)", without quotes; in record.c. */
void rh_json_address(struct json *json, const void *address);

#endif
