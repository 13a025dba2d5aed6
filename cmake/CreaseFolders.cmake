# Where the library, its parts and the program are in the build tree: as they are installed, so
# that one RUNPATH serves both. CMake would otherwise reserve room for the other one with empty
# entries, each of which makes the loader look into the current folder: a library planted
# there would run (tests/api/runpath.py).
#
# For the rest of the build: CRS_LIBRARY_FOLDER, CRS_PART_FOLDER and CRS_PROGRAM_FOLDER of the
# build tree, CRS_PROGRAM_RPATH, and crease_installed(TARGET RPATH...) for what is installed.
include(GNUInstallDirs)
set(CRS_LIBRARY_FOLDER "${CMAKE_BINARY_DIR}/${CMAKE_INSTALL_LIBDIR}")
set(CRS_PROGRAM_FOLDER "${CMAKE_BINARY_DIR}/${CMAKE_INSTALL_BINDIR}")
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}" OR IS_ABSOLUTE "${CMAKE_INSTALL_BINDIR}")
  set(CRS_LIBRARY_FOLDER "${CMAKE_BINARY_DIR}/lib")
  set(CRS_PROGRAM_FOLDER "${CMAKE_BINARY_DIR}/bin")
  set(CRS_PROGRAM_RPATH "${CMAKE_INSTALL_FULL_LIBDIR}")
endif()
set(CRS_PART_FOLDER "${CRS_LIBRARY_FOLDER}/crease")
file(RELATIVE_PATH up "${CRS_PROGRAM_FOLDER}" "${CRS_LIBRARY_FOLDER}")
list(PREPEND CRS_PROGRAM_RPATH "$ORIGIN/${up}")

function(crease_installed target)
  set_target_properties(${target} PROPERTIES BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "${ARGN}"
    INSTALL_RPATH_USE_LINK_PATH ON)
endfunction()
