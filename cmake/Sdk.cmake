# libflorin.so: the SDK as one shared library, and what `cmake --install` puts beside it. Target `libflorin`.
#
# It exports what include/florin declares and nothing else. FLORIN_EXPORT marks that; the version script keeps out what
# templates of std would leak. The rooms that define public functions go in whole, the others as far as they are used.
include(GNUInstallDirs)

set(objects)
foreach(room base messages wallet sdk)
  list(APPEND objects $<TARGET_OBJECTS:florin_${room}>)
endforeach()
add_library(libflorin SHARED ${objects})
target_link_libraries(libflorin PRIVATE florin_sdk)
# No binary compatibility before 1.0: the soname carries the minor version.
set_target_properties(libflorin PROPERTIES
  OUTPUT_NAME florin
  VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
  LINKER_LANGUAGE CXX
  LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib
  LINK_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/florin.map)
# Relative relocations are packed (DT_RELR, of the C library from 2.36 on): they would be a twentieth of the file.
target_link_options(libflorin PRIVATE -Wl,-z,pack-relative-relocs
  -Wl,--version-script=${CMAKE_CURRENT_LIST_DIR}/florin.map -Wl,--as-needed)
if(NOT FLORIN_SANITIZE)
  # A sanitizer's runtime comes with the program.
  target_link_options(libflorin PRIVATE -Wl,--no-undefined)
endif()

file(RELATIVE_PATH FLORIN_PC_INCLUDEDIR /${CMAKE_INSTALL_LIBDIR}/pkgconfig /${CMAKE_INSTALL_INCLUDEDIR})
configure_file(${CMAKE_CURRENT_LIST_DIR}/florin.pc.in ${PROJECT_BINARY_DIR}/florin.pc @ONLY)

install(TARGETS libflorin LIBRARY COMPONENT sdk)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/florin DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT sdk
  FILES_MATCHING PATTERN *.h)
install(FILES ${PROJECT_BINARY_DIR}/florin.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT sdk)
