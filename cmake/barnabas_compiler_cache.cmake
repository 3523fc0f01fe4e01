# A compiler cache makes rebuilds cheap where one is installed; nothing depends on it.
find_program(BARNABAS_CCACHE ccache)
if(BARNABAS_CCACHE AND PROJECT_IS_TOP_LEVEL AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${BARNABAS_CCACHE})
endif()
