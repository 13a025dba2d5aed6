# One object library per folder of src/, in the order of tools/layers.txt, and
# the shared and static library made of all of them.
#
# For the rest of the build: CRS_MODULES, CRS_CLOSURE_<module> (the module and
# all it builds on) and CRS_LINK_<module> (what it needs from outside).
add_library(crease_flags INTERFACE)
target_include_directories(crease_flags INTERFACE "${CMAKE_SOURCE_DIR}/include" "${CMAKE_SOURCE_DIR}/src")
target_compile_definitions(crease_flags INTERFACE CRS_VERSION="${PROJECT_VERSION}" _POSIX_C_SOURCE=200809L)
target_compile_options(crease_flags INTERFACE
  -ffp-contract=off -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wvla -Wstrict-prototypes
  -Wmissing-prototypes -Wpointer-arith -Wcast-qual -Wformat=2 -Wundef -Wwrite-strings)
if(CREASE_WERROR)
  target_compile_options(crease_flags INTERFACE -Werror)
endif()
foreach(part IN LISTS CRS_PARTS)
  target_compile_definitions(crease_flags INTERFACE CRS_HAVE_${part}=${CRS_HAVE_${part}})
endforeach()

# What each module needs from outside; the rest needs libm alone.
set(CRS_LINK_core m)
if(CRS_HAVE_OPENMP)
  list(APPEND CRS_LINK_core OpenMP::OpenMP_C)
endif()
if(CRS_HAVE_BLAS OR CRS_HAVE_ONEDNN)
  list(APPEND CRS_LINK_kernels ${CMAKE_DL_LIBS})
endif()
set_property(SOURCE "${CMAKE_SOURCE_DIR}/src/kernels/gemm_load.c" APPEND PROPERTY COMPILE_DEFINITIONS
  CRS_OPENBLAS_FILE="${CRS_OPENBLAS}" CRS_ONEDNN_FILE="${CRS_ONEDNN}" CRS_GEMM_DEFAULT="${CREASE_GEMM}")
if(CRS_HAVE_SLEEF)
  list(APPEND CRS_LINK_kernels PkgConfig::SLEEF)
endif()
if(CRS_HAVE_HDF5)
  list(APPEND CRS_LINK_data PkgConfig::HDF5)
endif()
if(CRS_HAVE_ZIP)
  list(APPEND CRS_LINK_data PkgConfig::ZIP)
endif()
if(CRS_HAVE_JANSSON)
  list(APPEND CRS_LINK_data PkgConfig::JANSSON)
endif()
if(CRS_HAVE_CAIRO)
  list(APPEND CRS_LINK_plot PkgConfig::CAIRO)
endif()

# A kernel folder is named after the CPU level it is compiled for; one whose
# level this build has not is left out.
set(CRS_KERNEL_FLAGS_avx2 -mavx2 -mfma)
set(CRS_KERNEL_FLAGS_avx512
  -mavx512f -mavx512dq -mavx512bw -mavx512vl -mfma -mprefer-vector-width=512)
set(CRS_HAVE_X86_KERNELS 0)
if(CREASE_VECTOR_KERNELS AND CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set(CRS_HAVE_X86_KERNELS 1)
endif()
target_compile_definitions(crease_flags INTERFACE CRS_HAVE_X86_KERNELS=${CRS_HAVE_X86_KERNELS})

# Sources that read, explain and draw, and those among them that work on every number.
set(CRS_SMALL_SOURCES
  "/src/(rule|compare|plot|data|check/diagnose)/|/src/check/(gradcheck_|[a-z_]*explain|rulecheck|plan|known|lists|sample)")
set(CRS_FAST_SOURCES
  "/(rule/program|plot/contour|data/(csv|csv_line|lines|number)|diagnose/(mat|compare)|gradcheck_(branch|bound|point))\\.c$")

set(layers "${CMAKE_SOURCE_DIR}/tools/layers.txt")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${layers}")
file(STRINGS "${layers}" portable REGEX "^portable = ")
string(REGEX REPLACE "^portable = " "" portable "${portable}")
string(REPLACE " " ";" portable "${portable}")

set(CRS_MODULES "")
set(CRS_ALL_OBJECTS "")
set(CRS_ALL_LINKS "")
file(STRINGS "${layers}" layer_lines REGEX "^[a-z]+:")
foreach(line IN LISTS layer_lines)
  string(REGEX MATCH "^([a-z]+): *(.*)$" _ "${line}")
  set(module "${CMAKE_MATCH_1}")
  string(REPLACE " " ";" below "${CMAKE_MATCH_2}")
  set(closure ${module})
  foreach(dep IN LISTS below)
    list(APPEND closure ${CRS_CLOSURE_${dep}})
  endforeach()
  list(REMOVE_DUPLICATES closure)
  set(CRS_CLOSURE_${module} ${closure})

  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/${module}/*.c")
  if(NOT CRS_HAVE_X86_KERNELS)
    list(FILTER sources EXCLUDE REGEX "/kernels/avx[0-9]+/")
  endif()
  if(CMAKE_SYSTEM_NAME STREQUAL "WASI")
    if(NOT module IN_LIST portable)
      continue()
    endif()
    list(FILTER sources EXCLUDE REGEX "/executor_openmp\\.c$")
  endif()
  if(NOT sources)
    continue()
  endif()
  foreach(level avx2 avx512)
    set(of_level ${sources})
    list(FILTER of_level INCLUDE REGEX "/kernels/${level}/")
    set_source_files_properties(${of_level} PROPERTIES COMPILE_OPTIONS "${CRS_KERNEL_FLAGS_${level}}")
  endforeach()

  # The blocks of the dense kernels must be unrolled to stay in registers; the scalar
  # ones only where they are what runs.
  set(blocked ${sources})
  if(CRS_HAVE_X86_KERNELS)
    list(FILTER blocked INCLUDE REGEX "/kernels/avx[0-9]+/kernels\\.c$")
  else()
    list(FILTER blocked INCLUDE REGEX "/kernels/scalar/kernels\\.c$")
  endif()
  set_property(SOURCE ${blocked} APPEND PROPERTY COMPILE_OPTIONS $<$<CONFIG:Release>:-O3>)

  # What is not run for every number is made small
  # (docs/decisions/0011-size-and-speed-flags.md). The rest keeps -O2.
  set(small ${sources})
  list(FILTER small INCLUDE REGEX "${CRS_SMALL_SOURCES}")
  list(FILTER small EXCLUDE REGEX "${CRS_FAST_SOURCES}")
  set_property(SOURCE ${small} APPEND PROPERTY COMPILE_OPTIONS $<$<CONFIG:Release>:-Os>)

  # The products with bounds of the diagnosis: at -O2 alone gcc 12
  # makes no vectors of loops whose length it does not know.
  set(products ${sources})
  list(FILTER products INCLUDE REGEX "/check/diagnose/mat\\.c$")
  set_property(SOURCE ${products} APPEND PROPERTY COMPILE_OPTIONS $<$<CONFIG:Release>:-ftree-vectorize>)

  list(APPEND CRS_MODULES ${module})
  add_library(crs_${module} OBJECT ${sources})
  target_link_libraries(crs_${module} PRIVATE crease_flags ${CRS_LINK_${module}})
  list(APPEND CRS_ALL_OBJECTS $<TARGET_OBJECTS:crs_${module}>)
  list(APPEND CRS_ALL_LINKS ${CRS_LINK_${module}})
endforeach()
list(REMOVE_DUPLICATES CRS_ALL_LINKS)

# The tables of functions are pointers that the loader adjusts: eight bytes each,
# instead of 24.
include(CheckLinkerFlag)
check_linker_flag(C -Wl,-z,pack-relative-relocs CRS_CAN_PACK_RELOCATIONS)

set(CRS_LIBRARIES crease_static)
add_library(crease_static STATIC ${CRS_ALL_OBJECTS})
if(NOT CMAKE_SYSTEM_NAME STREQUAL "WASI")
  list(APPEND CRS_LIBRARIES crease)
  add_library(crease SHARED ${CRS_ALL_OBJECTS})
  set_target_properties(crease PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
  if(CRS_CAN_PACK_RELOCATIONS)
    target_link_options(crease PRIVATE -Wl,-z,pack-relative-relocs)
  endif()
endif()
foreach(lib IN LISTS CRS_LIBRARIES)
  set_target_properties(${lib} PROPERTIES OUTPUT_NAME crease LINKER_LANGUAGE C)
  target_include_directories(${lib} PUBLIC
    $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(${lib} PRIVATE ${CRS_ALL_LINKS})
endforeach()
