# Compile and link settings of every target of this project. They are private: nothing of them
# reaches a project that links Barnabas.
add_library(barnabas_options INTERFACE)
target_compile_options(barnabas_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wswitch-enum)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # g++ 12 finds fault with string concatenation once it optimises (its bug 105651).
  target_compile_options(barnabas_options INTERFACE $<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:-Wno-restrict>)
endif()
if(BARNABAS_WERROR)
  target_compile_options(barnabas_options INTERFACE -Werror)
endif()
if(BARNABAS_SANITIZE)
  target_compile_options(barnabas_options INTERFACE
    -fsanitize=${BARNABAS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(barnabas_options INTERFACE -fsanitize=${BARNABAS_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND BARNABAS_SANITIZE STREQUAL "address,undefined")
    # A check at every access through a pointer doubles the objects and a quarter of the build's
    # time, and finds what the address sanitizer finds too. The clang preset has them all.
    target_compile_options(barnabas_options INTERFACE -fno-sanitize=null,alignment,vptr,object-size)
  endif()
  if(CMAKE_CXX_COMPILER_ID MATCHES Clang AND BARNABAS_SANITIZE MATCHES undefined)
    # clang 14: coroutines and -fsanitize=function do not assemble together.
    target_compile_options(barnabas_options INTERFACE -fno-sanitize=function)
  endif()
endif()
target_include_directories(barnabas_options INTERFACE ${PROJECT_SOURCE_DIR})

# The same for what fuzz targets reach: coverage for the fuzzer to follow.
add_library(barnabas_fuzzed_options INTERFACE)
target_link_libraries(barnabas_fuzzed_options INTERFACE barnabas_options)
if(BARNABAS_BUILD_FUZZERS)
  target_compile_options(barnabas_fuzzed_options INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(barnabas_fuzzed_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

find_program(BARNABAS_MOLD mold)
if(BARNABAS_MOLD AND PROJECT_IS_TOP_LEVEL)
  add_link_options(-fuse-ld=mold)
endif()
