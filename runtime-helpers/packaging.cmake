# Installing: headers, both libraries, the preload library, pkg-config and CMake packages.
include(CMakePackageConfigHelpers)
set_target_properties(rh_static PROPERTIES EXPORT_NAME static)
set_target_properties(rh_shared PROPERTIES EXPORT_NAME shared VERSION ${PROJECT_VERSION} SOVERSION 0)
install(TARGETS rh_static rh_shared EXPORT RuntimeHelpersTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS rh_preload LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/rh DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(PROGRAMS tools/rh-panics.bt DESTINATION ${CMAKE_INSTALL_DATADIR}/runtime-helpers)
install(EXPORT RuntimeHelpersTargets NAMESPACE RuntimeHelpers::
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/RuntimeHelpers)
configure_package_config_file(RuntimeHelpersConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/RuntimeHelpersConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/RuntimeHelpers)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/RuntimeHelpersConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/RuntimeHelpersConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/RuntimeHelpersConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/RuntimeHelpers)
configure_file(runtime-helpers.pc.in ${CMAKE_CURRENT_BINARY_DIR}/runtime-helpers.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/runtime-helpers.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
