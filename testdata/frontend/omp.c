void w(int); int t;
void f(int n) {
  int s = 0;
#pragma omp parallel for \
   num_threads(4)
  for (int i = 0; i < n; i++) { w(i); s += t; }
#pragma omp parallel
  {
#pragma omp task
    w(s);
  }
}
