# The demonstration pairs: dies.* ends by a task's panic, survives.* is the same program after the fix.
foreach(language c cc)
  foreach(kind dies survives)
    set(name rh_demo_${kind}_${language})
    add_executable(${name} demos/${kind}.${language})
    target_link_libraries(${name} PRIVATE rh_static spawnlint_flags)
    target_compile_options(${name} PRIVATE -fexceptions -UNDEBUG)
  endforeach()
  add_test(NAME rh/demo_dies_${language}
    COMMAND sh -c "ulimit -c 0; \"$0\" 2>/dev/null; test $? -gt 128" $<TARGET_FILE:rh_demo_dies_${language}>)
  add_test(NAME rh/demo_survives_${language} COMMAND rh_demo_survives_${language})
  set_tests_properties(rh/demo_survives_${language} PROPERTIES PASS_REGULAR_EXPRESSION "sum 44"
    FAIL_REGULAR_EXPRESSION "FATAL")
endforeach()
