/* probe.h (internal): static tracepoints, provider `rh`.
 *
 * With <sys/sdt.h> (Debian: systemtap-sdt-dev) each is a nop and a note that perf and bpftrace can attach to;
 * without it, nothing.  Arguments must be integers or pointers that are at hand: a probe computes nothing.
 */
#ifndef RH_SRC_PROBE_H
#define RH_SRC_PROBE_H

#if defined(__has_include) && !defined(RH_NO_PROBES)
#if __has_include(<sys/sdt.h>)
#include <sys/sdt.h>
#define RH_PROBE1(name, a)       DTRACE_PROBE1(rh, name, a)
#define RH_PROBE2(name, a, b)    DTRACE_PROBE2(rh, name, a, b)
#define RH_PROBE3(name, a, b, c) DTRACE_PROBE3(rh, name, a, b, c)
#endif
#endif

#ifndef RH_PROBE1
#define RH_PROBE1(name, a)       ((void)(a))
#define RH_PROBE2(name, a, b)    ((void)(a), (void)(b))
#define RH_PROBE3(name, a, b, c) ((void)(a), (void)(b), (void)(c))
#endif

#endif
