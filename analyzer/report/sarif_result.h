/* One finding as a SARIF result. */
#ifndef REPORT_SARIF_RESULT_H
#define REPORT_SARIF_RESULT_H

#include "report/line_hash.h"
#include "report/sarif_place.h"

/* `rule_index`: in the driver's rules.  `hashes`: of the finding's file, or NULL. */
void sarif_put_result(struct sarif *s, const struct finding *finding, uint32_t rule_index,
                      const struct line_hashes *hashes);

#endif
