# leveldb 1.23: C++, std::thread in the environment; library, tools and what
# tests build without the vendored googletest that Debian removes.
package=leveldb

project_build() { cmake_export -DLEVELDB_BUILD_TESTS=OFF -DLEVELDB_BUILD_BENCHMARKS=OFF; }
