/* The worker process: one TU after the other, so that libclang's death costs one TU and nothing else. */
#ifndef DRIVER_WORKER_H
#define DRIVER_WORKER_H

/* Serves jobs on descriptor `in`, answers on `out`, until end of file; the process's exit status.  What libclang
 * prints by itself goes nowhere.  Ends with its parent. */
int worker_main(int in, int out);

#endif
