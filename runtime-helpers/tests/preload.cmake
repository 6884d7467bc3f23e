# The demonstration that dies survives unchanged under librh_preload.so.  Sanitizers come with interposers of their own.
if(NOT SPAWNLINT_SANITIZE)
  foreach(language c cc)
    add_test(NAME rh/preload_${language} COMMAND ${CMAKE_COMMAND} -E env LD_PRELOAD=$<TARGET_FILE:rh_preload>
      RH_PRELOAD=exit,abort $<TARGET_FILE:rh_demo_dies_${language}>)
    set_tests_properties(rh/preload_${language} PROPERTIES PASS_REGULAR_EXPRESSION "sum 44")
  endforeach()
endif()
