# florin_options: what every target of ours is compiled and linked with. Warnings are errors.
add_library(florin_options INTERFACE)
target_include_directories(florin_options INTERFACE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(florin_options INTERFACE Threads::Threads)
target_compile_options(florin_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wextra-semi -Werror
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
target_compile_definitions(florin_options INTERFACE FLORIN_VERSION="${PROJECT_VERSION}")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these inside the standard library's own inlined containers (GCC bugs 105329, 105651).
  target_compile_options(florin_options INTERFACE -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds)
  if(FLORIN_SANITIZE)
    # Moved std::variants look uninitialised to g++ under sanitizers (GCC bug 80635); the release build has the warning.
    target_compile_options(florin_options INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()
if(FLORIN_SANITIZE)
  target_compile_options(florin_options INTERFACE
    -fsanitize=${FLORIN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(florin_options INTERFACE -fsanitize=${FLORIN_SANITIZE})
endif()
if(FLORIN_FUZZ)
  # Coverage, by which libFuzzer finds its way: of the rooms, not of the fuzzer alone.
  target_compile_options(florin_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(NOT FLORIN_SANITIZE)
  # What a program or libflorin.so does not call is left out of it.
  target_compile_options(florin_options INTERFACE -ffunction-sections -fdata-sections)
  target_link_options(florin_options INTERFACE -Wl,--gc-sections)
endif()
if(FLORIN_HARDEN)
  target_compile_options(florin_options INTERFACE
    -fstack-protector-strong -fstack-clash-protection -fcf-protection -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
    -D_GLIBCXX_ASSERTIONS)
  target_link_options(florin_options INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
endif()
