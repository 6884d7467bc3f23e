# leveldb 1.23: C++ without exceptions, std::thread in the environment; library,
# tools, and the tests and benchmarks that start threads through it.
package=leveldb
deps=(libgtest-dev libgmock-dev libbenchmark-dev)

project_build() { cmake_export -DLEVELDB_BUILD_TESTS=ON -DLEVELDB_BUILD_BENCHMARKS=ON; }
