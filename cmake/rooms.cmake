# The functions every room's CMakeLists.txt is written with.

# xb_pkg(NAME MODULE...): an imported target of pkg-config modules, headers as SYSTEM.
function(xb_pkg name)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET GLOBAL ${ARGN})
endfunction()

# xb_apart(SOURCE..): compiled by itself where the presets compile several sources of a room at once.
function(xb_apart)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# xb_room(NAME LEVEL n SOURCES .. USES room.. LIBS [PUBLIC|PRIVATE] lib.. APART source..): one static library a room; a
# link to the same or a higher level is refused here, at configure time. Sources in folders of a room (a layer, a chat
# source) and those named APART are compiled one by one.
function(xb_room name)
  cmake_parse_arguments(ROOM "" "LEVEL" "SOURCES;USES;LIBS;APART" ${ARGN})
  add_library(xb_${name} STATIC ${ROOM_SOURCES})
  list(FILTER ROOM_SOURCES INCLUDE REGEX "/")
  xb_apart(${ROOM_SOURCES} ${ROOM_APART})
  set_target_properties(xb_${name} PROPERTIES XB_LEVEL ${ROOM_LEVEL})
  target_link_libraries(xb_${name} PUBLIC xb_flags)
  foreach(other ${ROOM_USES})
    if(NOT TARGET xb_${other})
      message(FATAL_ERROR "room ${name} uses ${other}, which is no room yet: order the add_subdirectory lines by level")
    endif()
    get_target_property(level xb_${other} XB_LEVEL)
    if(NOT level LESS ROOM_LEVEL)
      message(FATAL_ERROR "room ${name} (level ${ROOM_LEVEL}) may not use ${other} (level ${level}): only lower levels")
    endif()
    target_link_libraries(xb_${name} PUBLIC xb_${other})
  endforeach()
  if(ROOM_LIBS)
    list(GET ROOM_LIBS 0 first)
    if(NOT first MATCHES "^(PUBLIC|PRIVATE)$")
      list(PREPEND ROOM_LIBS PRIVATE)
    endif()
    target_link_libraries(xb_${name} ${ROOM_LIBS})
  endif()
endfunction()

# xb_test(NAME [ROOM room] SOURCES .. [USES target..] [ALONE suite..] [APART source..]): a test binary of one room (of
# NAME, where it is the only one) links that room alone. Suites that keep time with the world outside run ALONE, not
# beside others; APART as in xb_room.
function(xb_test name)
  cmake_parse_arguments(TEST "" "ROOM" "SOURCES;USES;ALONE;APART" ${ARGN})
  set(room ${name})
  if(TEST_ROOM)
    set(room ${TEST_ROOM})
  endif()
  add_executable(${name}_test ${TEST_SOURCES})
  list(FILTER TEST_SOURCES INCLUDE REGEX "/")
  xb_apart(${TEST_SOURCES} ${TEST_APART})
  target_precompile_headers(${name}_test REUSE_FROM xb_test_headers)
  target_link_libraries(${name}_test PRIVATE xb_${room} xb_test_flags GTest::gtest_main ${TEST_USES})
  target_compile_definitions(${name}_test PRIVATE XB_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  list(TRANSFORM TEST_ALONE APPEND ".*")
  list(JOIN TEST_ALONE ":" alone)
  gtest_discover_tests(${name}_test TEST_PREFIX "${room}: " TEST_FILTER "-${alone}" PROPERTIES LABELS unit DISCOVERY_TIMEOUT 60)
  if(alone)
    gtest_discover_tests(${name}_test TEST_PREFIX "${room}: " TEST_FILTER "${alone}" TEST_LIST ${name}_alone
      PROPERTIES LABELS unit RUN_SERIAL ON DISCOVERY_TIMEOUT 60)
  endif()
endfunction()
