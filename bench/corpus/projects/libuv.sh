# libuv 1.44: C, own thread pool; library, tests and benchmarks.
package=libuv1

project_build() { cmake_export -DLIBUV_BUILD_TESTS=ON; }
