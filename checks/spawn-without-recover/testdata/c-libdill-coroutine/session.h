#include "libdill_min.h"

coroutine void session_run(int connection);
coroutine void session_report(int every);
