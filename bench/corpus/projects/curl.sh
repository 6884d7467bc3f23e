# curl 7.88: C, the network client (threaded resolver); library and tool.
package=curl

project_build() {
  cmake_export -DCURL_USE_OPENSSL=ON -DBUILD_TESTING=OFF
}
