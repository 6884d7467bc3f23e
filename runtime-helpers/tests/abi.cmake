# abi.list against what the shared library really exports.  Sanitizers add constructors and symbols of their own.
if(NOT SPAWNLINT_SANITIZE)
  add_test(NAME rh/abi COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/abi.sh $<TARGET_FILE:rh_shared>
    ${CMAKE_CURRENT_SOURCE_DIR}/../abi.list)
endif()

# An installed copy is found by pkg-config and by find_package, and a program builds against each.
add_test(NAME rh/install COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/install.sh ${CMAKE_BINARY_DIR}
  ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_C_COMPILER} ${CMAKE_CXX_COMPILER} "${SPAWNLINT_SANITIZE}")
set_tests_properties(rh/install PROPERTIES TIMEOUT 120)

add_test(NAME rh/musl COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/musl.sh ${CMAKE_CURRENT_SOURCE_DIR}/..)
set_tests_properties(rh/musl PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 120)
