# ZeroMQ 4.3: C++ with its own threads, mailboxes and signalers; library and tests.
package=zeromq3

project_build() {
  cmake_export -DBUILD_TESTS=ON -DWITH_DOCS=OFF -DENABLE_CURVE=OFF -DWITH_PERF_TOOL=ON
}
