# Installed package: find_package(barnabas) and pkg-config, for static and shared builds.
include(CMakePackageConfigHelpers)

set(barnabas_installed barnabas_protocol barnabas_transport barnabas)
if(TARGET barnabas_broker)
  list(APPEND barnabas_installed barnabas_broker barnabas_simulation)
endif()
set_target_properties(barnabas_protocol PROPERTIES EXPORT_NAME protocol)
set_target_properties(barnabas_transport PROPERTIES EXPORT_NAME transport)
set_target_properties(barnabas PROPERTIES EXPORT_NAME barnabas)
if(TARGET barnabas_broker)
  set_target_properties(barnabas_broker PROPERTIES EXPORT_NAME broker)
  set_target_properties(barnabas_simulation PROPERTIES EXPORT_NAME simulation)
endif()
set_target_properties(${barnabas_installed} PROPERTIES
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
  INSTALL_RPATH "$ORIGIN"  # An installation can be moved as a whole.
  DEFINE_SYMBOL "")  # Nothing asks for it, and without it static and shared have the same objects.

install(TARGETS ${barnabas_installed} EXPORT barnabas-targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY protocol/include/ client/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
if(TARGET barnabas_broker)
  install(DIRECTORY broker/include/ simulation/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
endif()
if(TARGET barnabas_program)
  set_target_properties(barnabas_program PROPERTIES INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
  install(TARGETS barnabas_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

set(barnabas_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/barnabas)
install(EXPORT barnabas-targets NAMESPACE barnabas:: DESTINATION ${barnabas_cmake_dir})
configure_package_config_file(cmake/barnabas-config.cmake.in
  ${PROJECT_BINARY_DIR}/barnabas-config.cmake INSTALL_DESTINATION ${barnabas_cmake_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/barnabas-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/barnabas-config.cmake ${PROJECT_BINARY_DIR}/barnabas-config-version.cmake
  cmake/Findlz4.cmake cmake/Findzstd.cmake cmake/FindSnappy.cmake
  DESTINATION ${barnabas_cmake_dir})

# pkg-config: what a static build needs stands in Libs.private and is asked for with --static. A
# static-only installation has nothing else, so there it goes into Libs.
set(barnabas_pc_private "-lz -lpthread")
foreach(codec IN ITEMS LZ4 ZSTD SNAPPY)
  if(BARNABAS_WITH_${codec})
    string(TOLOWER ${codec} library)
    string(APPEND barnabas_pc_private " -l${library}")
  endif()
endforeach()
function(barnabas_write_pc name description libs requires)
  set(PC_NAME ${name})
  set(PC_DESCRIPTION ${description})
  set(PC_REQUIRES ${requires})
  if(BUILD_SHARED_LIBS)
    set(PC_LIBS ${libs})
    set(PC_PRIVATE ${barnabas_pc_private})
  else()
    set(PC_LIBS "${libs} ${barnabas_pc_private}")
    set(PC_PRIVATE "")
  endif()
  configure_file(cmake/barnabas.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()
barnabas_write_pc(barnabas "Kafka client for C++20"
  "-lbarnabas -lbarnabas_transport -lbarnabas_protocol" "")
if(TARGET barnabas_broker)
  barnabas_write_pc(barnabas-simulation "Simulated Kafka world for tests, on virtual time"
    "-lbarnabas_simulation -lbarnabas -lbarnabas_broker -lbarnabas_transport -lbarnabas_protocol" "")
  barnabas_write_pc(barnabas-broker "Embeddable single-node Kafka broker for tests"
    "-lbarnabas_broker -lbarnabas_transport -lbarnabas_protocol" "")
endif()
