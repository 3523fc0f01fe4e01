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
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # What clang assumes anyway: a function is the one that stands here, so that calls within a library can be inlined although
  # its code is position independent.
  target_compile_options(barnabas_options INTERFACE -fno-semantic-interposition)
endif()
if(BARNABAS_WERROR)
  target_compile_options(barnabas_options INTERFACE -Werror)
endif()
if(BARNABAS_SANITIZE)
  target_compile_options(barnabas_options INTERFACE
    -fsanitize=${BARNABAS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(barnabas_options INTERFACE -fsanitize=${BARNABAS_SANITIZE})
  if(BARNABAS_SANITIZE MATCHES undefined)
    # Checks at every access through a pointer take a quarter of the build's time, and find little that the address sanitizer does
    # not find too. Alignment is checked where bytes are read as numbers: in targets with the property
    # BARNABAS_CHECK_ALIGNMENT.
    target_compile_options(barnabas_options INTERFACE
      -fno-sanitize=null,object-size$<$<NOT:$<BOOL:$<TARGET_PROPERTY:BARNABAS_CHECK_ALIGNMENT>>>:$<COMMA>alignment>)
    if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
      target_compile_options(barnabas_options INTERFACE -fno-sanitize=vptr)  # doubles the objects
    else()
      # clang 14: coroutines and -fsanitize=function do not assemble together.
      target_compile_options(barnabas_options INTERFACE -fno-sanitize=function)
    endif()
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
