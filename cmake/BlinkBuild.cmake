# What every target of the project shares: language level, warnings, sanitizers, ccache.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()
string(REPLACE "-O3" "-O2" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")

find_program(BLINK_CCACHE ccache)
if(BLINK_CCACHE)
  # One cache for every clone: paths below the source tree count as relative.
  set(BLINK_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
    ${BLINK_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${BLINK_LAUNCHER})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${BLINK_LAUNCHER})
endif()

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror
                    $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>
                    $<$<COMPILE_LANGUAGE:CXX>:-Woverloaded-virtual>
                    -fno-omit-frame-pointer -fvisibility=hidden -fstack-protector-strong)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False positives of gcc 12 inside std::string and std::vector at -O2.
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)
endif()

if(BLINK_SANITIZE)
  add_compile_options(-fsanitize=${BLINK_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${BLINK_SANITIZE})
endif()
if(BLINK_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Fences are outside what ThreadSanitizer models. Ours order accesses to memory shared with another
  # process, which it cannot see either.
  add_compile_options(-Wno-tsan)
endif()
if(BLINK_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# blink_generated(SOURCES...): long generated files with nothing to check at run time. Sanitizers
# would take minutes over each.
function(blink_generated)
  if(BLINK_SANITIZE)
    set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS -fno-sanitize=all)
  endif()
endfunction()

# blink_library(NAME SOURCES... [USES LIBS...]): one folder's static library. Headers are included
# by their path from the root ("vso/guest_memory.h"), so that every include names its folder.
function(blink_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_USES} Threads::Threads)
endfunction()
