# i2pd 2.45: C++ network router; a std::thread in nearly every service, Boost.Asio.
package=i2pd
deps=(libboost-filesystem-dev libboost-program-options-dev libboost-date-time-dev libminiupnpc-dev)

project_build() {
  cmake -S build -B "$project/build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
    -DCMAKE_EXPORT_COMPILE_COMMANDS=ON -DWITH_UPNP=ON \
    -DCMAKE_CXX_FLAGS=-Wno-enum-constexpr-conversion # Boost 1.74 against clang 16 and newer
  # Nothing is generated, so there is nothing to build; Boost makes it dear.
  cp "$project/build/compile_commands.json" "$project/compile_commands.json"
}
