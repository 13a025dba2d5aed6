# The parts that the shared library loads when they are first needed: a module each in
# crease/ beside the library, of the part's sources and of what they use of our own
# (src/core/part.h, docs/decisions/0020-parts-when-needed.md). The static library, and a
# build where they cannot be loaded, has them linked in.
#
# For the rest of the build: CRS_PART_MODULES, CRS_SHARED_OBJECTS, CRS_SHARED_LINKS.
option(CREASE_LOAD_PARTS "Load cairo, libzip and zlib when they are first needed" ON)
include(CheckSymbolExists)
set(CMAKE_REQUIRED_DEFINITIONS -D_GNU_SOURCE)
set(CMAKE_REQUIRED_LIBRARIES ${CMAKE_DL_LIBS})
check_symbol_exists(dladdr dlfcn.h CRS_CAN_LOAD)
unset(CMAKE_REQUIRED_DEFINITIONS)
unset(CMAKE_REQUIRED_LIBRARIES)

set(CRS_PART_MODULES "")
set(CRS_SHARED_OBJECTS ${CRS_ALL_OBJECTS})
set(CRS_SHARED_LINKS ${CRS_ALL_LINKS})
if(NOT CREASE_LOAD_PARTS OR NOT CRS_CAN_LOAD)
  return()
endif()
include(CheckLinkerFlag)
check_linker_flag(C -Wl,--exclude-libs,ALL CRS_CAN_HIDE_ARCHIVE)
foreach(part IN LISTS CRS_LOADED_PARTS)
  if(NOT CRS_HAVE_${part})
    continue()
  endif()
  set(stem ${CRS_NAME_${part}})
  get_filename_component(module ${stem} DIRECTORY)
  get_filename_component(name ${stem} NAME)
  list(TRANSFORM CRS_SHARED_OBJECTS REPLACE "(.+)" "$<FILTER:\\1,EXCLUDE,/src/${stem}>")
  list(APPEND opening "${CMAKE_SOURCE_DIR}/src/${stem}_part.c")
  list(REMOVE_ITEM CRS_SHARED_LINKS PkgConfig::${part})

  add_library(crease_part_${name} MODULE "${CMAKE_SOURCE_DIR}/src/${stem}_module.c"
    $<FILTER:$<TARGET_OBJECTS:crs_${module}>,INCLUDE,/src/${stem}>)
  set_target_properties(crease_part_${name} PROPERTIES PREFIX "" OUTPUT_NAME crease-${name}
    LIBRARY_OUTPUT_DIRECTORY "${CRS_PART_FOLDER}")
  crease_installed(crease_part_${name})
  # the file alone: not all that the static library is linked with
  add_dependencies(crease_part_${name} crease_static)
  target_link_libraries(crease_part_${name} PRIVATE crease_flags $<TARGET_FILE:crease_static>
    PkgConfig::${part} m)
  if(CRS_CAN_HIDE_ARCHIVE) # a module shows its table alone
    target_link_options(crease_part_${name} PRIVATE -Wl,--exclude-libs,ALL)
  endif()
  list(APPEND CRS_PART_MODULES crease_part_${name})
endforeach()
if(CRS_PART_MODULES)
  add_library(crs_opening OBJECT ${opening})
  target_link_libraries(crs_opening PRIVATE crease_flags)
  list(APPEND CRS_SHARED_OBJECTS $<TARGET_OBJECTS:crs_opening>)
endif()
