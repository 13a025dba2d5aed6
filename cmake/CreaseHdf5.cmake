# The program that reads HDF5 for the library, crease/crease-hdf5 beside the shared one: libhdf5
# is linked with nothing else (docs/decisions/0029-hostile-files.md).
#
# For the rest of the build: the object library crs_hdf5_reader (all but its main function),
# CRS_HELPERS, the programs to install beside the parts, and CRS_IS_SANITIZED, 0 or 1.
set(CRS_HELPERS "")
if(NOT CRS_HAVE_HDF5)
  return()
endif()
file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/data/hdf5_reader/*.c")
add_library(crs_hdf5_reader OBJECT ${sources})
# in later versions of HDF5 too
target_compile_definitions(crs_hdf5_reader PRIVATE H5_USE_110_API)
target_link_libraries(crs_hdf5_reader PRIVATE crease_flags PkgConfig::HDF5)

add_executable(crease_hdf5 "${CMAKE_SOURCE_DIR}/helper/hdf5.c" $<TARGET_OBJECTS:crs_hdf5_reader>)
set(CRS_IS_SANITIZED 0)
if(CREASE_SANITIZE)
  set(CRS_IS_SANITIZED 1)
endif()
target_compile_definitions(crease_hdf5 PRIVATE H5_USE_110_API CRS_SANITIZED=${CRS_IS_SANITIZED})
set_target_properties(crease_hdf5 PROPERTIES OUTPUT_NAME crease-hdf5
  RUNTIME_OUTPUT_DIRECTORY "${CRS_PART_FOLDER}")
crease_installed(crease_hdf5)
# the file alone: not all that the static library is linked with
add_dependencies(crease_hdf5 crease_static)
target_link_libraries(crease_hdf5 PRIVATE crease_flags $<TARGET_FILE:crease_static>
  PkgConfig::HDF5 m)
set(CRS_HELPERS crease_hdf5)
if(TARGET crease)
  add_dependencies(crease crease_hdf5)
endif()

# Programs of the build tree that have the library linked in look beside themselves.
set(folders tests)
if(NOT CREASE_BUILD_CLI) # bin/crease is the program otherwise
  list(APPEND folders bin)
endif()
foreach(folder IN LISTS folders)
  file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/${folder}" "${CRS_PART_FOLDER}")
  file(CREATE_LINK "${CRS_PART_FOLDER}" "${CMAKE_BINARY_DIR}/${folder}/crease" SYMBOLIC)
endforeach()
