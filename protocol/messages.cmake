# Compiles schemas/*.schema into <build>/generated/protocol/messages, one header and one source per
# file, and adds the sources to barnabas_protocol.
add_subdirectory(schemac)
if(BARNABAS_SCHEMAC)
  set(schemac ${BARNABAS_SCHEMAC})
else()
  set(schemac schemac)
endif()

set(generated ${PROJECT_BINARY_DIR}/generated)
set(messages ${generated}/protocol/messages)
file(MAKE_DIRECTORY ${messages})
target_include_directories(barnabas_protocol PUBLIC $<BUILD_INTERFACE:${generated}>)

set(schemas ${CMAKE_CURRENT_SOURCE_DIR}/schemas)
file(GLOB message_schemas CONFIGURE_DEPENDS ${schemas}/*.schema)
list(REMOVE_ITEM message_schemas
     ${schemas}/types.schema ${schemas}/errors.schema ${schemas}/api_keys.schema)

# The types of all messages, for tests and tools. A library of its own, so that nobody else carries
# them all.
add_library(barnabas_message_types STATIC EXCLUDE_FROM_ALL wire/message_type.cpp)
target_link_libraries(barnabas_message_types PUBLIC barnabas_protocol PRIVATE barnabas_fuzzed_options)
set_target_properties(barnabas_message_types PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6)

set(schemac_options "")
if(BARNABAS_UNSTABLE_VERSIONS)
  set(schemac_options --unstable)
endif()

# barnabas_compile_schema(FILE OUTPUT...): one run of schemac.
function(barnabas_compile_schema file)
  list(TRANSFORM ARGN PREPEND ${messages}/ OUTPUT_VARIABLE outputs)
  cmake_path(GET file FILENAME name)
  add_custom_command(OUTPUT ${outputs}
    COMMAND ${schemac} ${schemac_options} --out ${messages} --use ${schemas}/types.schema ${file}
    DEPENDS ${schemac} ${schemas}/types.schema ${file}
    COMMENT "Compiling ${name}" VERBATIM)
  set_property(DIRECTORY APPEND PROPERTY barnabas_generated ${outputs})
  foreach(output IN LISTS outputs)
    if(output MATCHES "_types\\.cpp$")
      target_sources(barnabas_message_types PRIVATE ${output})
    else()
      target_sources(barnabas_protocol PRIVATE ${output})
    endif()
  endforeach()
endfunction()

barnabas_compile_schema(${schemas}/errors.schema error_table.hpp)
barnabas_compile_schema(${schemas}/api_keys.schema api_key_table.hpp)
foreach(schema IN LISTS message_schemas)
  cmake_path(GET schema STEM stem)
  barnabas_compile_schema(${schema} ${stem}.hpp ${stem}.cpp ${stem}_types.cpp)
endforeach()

set(index ${messages}/descriptors.hpp ${messages}/message_types.cpp)
add_custom_command(OUTPUT ${index}
  COMMAND ${schemac} ${schemac_options} --out ${messages} --index --use ${schemas}/types.schema ${message_schemas}
  DEPENDS ${schemac} ${schemas}/types.schema ${message_schemas}
  COMMENT "Indexing schemas" VERBATIM)
target_sources(barnabas_protocol PRIVATE ${messages}/descriptors.hpp)
target_sources(barnabas_message_types PRIVATE ${messages}/message_types.cpp)

# Only the generated files, for tools that read sources.
get_property(outputs DIRECTORY PROPERTY barnabas_generated)
add_custom_target(barnabas_messages DEPENDS ${outputs} ${index})
barnabas_unity(barnabas_protocol)
