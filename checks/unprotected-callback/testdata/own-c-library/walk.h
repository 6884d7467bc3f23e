#pragma once
#ifdef __cplusplus
extern "C" {
#endif
void walk(int count, void (*visit)(int item, void *arg), void *arg);
#ifdef __cplusplus
}
#endif
