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

add_test(NAME rh/aarch64 COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/aarch64.sh ${CMAKE_CURRENT_SOURCE_DIR}/..)
set_tests_properties(rh/aarch64 PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 300)

foreach(standard 11 20)
  add_executable(rh_no_exceptions_${standard} no_exceptions.cc)
  target_link_libraries(rh_no_exceptions_${standard} PRIVATE rh_static spawnlint_flags)
  target_compile_options(rh_no_exceptions_${standard} PRIVATE -fno-exceptions -fno-rtti)
  set_target_properties(rh_no_exceptions_${standard} PROPERTIES CXX_STANDARD ${standard})
  add_test(NAME rh/no_exceptions_${standard} COMMAND rh_no_exceptions_${standard})
endforeach()

add_test(NAME rh/headers COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/headers.sh ${CMAKE_CURRENT_SOURCE_DIR}/../include
  ${CMAKE_C_COMPILER} ${CMAKE_CXX_COMPILER})
set_tests_properties(rh/headers PROPERTIES TIMEOUT 300)

add_test(NAME rh/probes COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/probes.sh $<TARGET_FILE:rh_shared>)
set_tests_properties(rh/probes PROPERTIES SKIP_RETURN_CODE 77)
