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
  -Wmissing-prototypes -Wno-missing-field-initializers -Wpointer-arith -Wcast-qual -Wformat=2 -Wundef -Wwrite-strings)
if(CREASE_WERROR)
  target_compile_options(crease_flags INTERFACE -Werror)
endif()
# Under a sanitizer the kernels' blocks are loops: unrolled, with a check at every access, they
# take minutes to compile.
set(CRS_KEEP_LOOPS 0)
if(CREASE_SANITIZE)
  set(CRS_KEEP_LOOPS 1)
endif()
target_compile_definitions(crease_flags INTERFACE CRS_KEEP_LOOPS=${CRS_KEEP_LOOPS})
foreach(part IN LISTS CRS_PARTS)
  target_compile_definitions(crease_flags INTERFACE CRS_HAVE_${part}=${CRS_HAVE_${part}})
endforeach()

# What each module needs from outside; the rest needs libm alone.
set(CRS_LINK_core m ${CMAKE_DL_LIBS})
if(TARGET Threads::Threads)
  list(APPEND CRS_LINK_core Threads::Threads)
endif()
if(CRS_HAVE_BLAS OR CRS_HAVE_ONEDNN)
  list(APPEND CRS_LINK_kernels ${CMAKE_DL_LIBS})
endif()
set_property(SOURCE "${CMAKE_SOURCE_DIR}/src/kernels/gemm_load.c" APPEND PROPERTY COMPILE_DEFINITIONS
  CRS_OPENBLAS_FILE="${CRS_OPENBLAS}" CRS_ONEDNN_FILE="${CRS_ONEDNN}" CRS_GEMM_DEFAULT="${CREASE_GEMM}")
set_property(SOURCE "${CMAKE_SOURCE_DIR}/src/core/part.c" APPEND PROPERTY COMPILE_DEFINITIONS
  CRS_PARTS_FOLDER="${CMAKE_INSTALL_FULL_LIBDIR}/crease")
if(CRS_HAVE_SLEEF)
  list(APPEND CRS_LINK_kernels PkgConfig::SLEEF)
endif()
if(CRS_HAVE_ZIP)
  list(APPEND CRS_LINK_data PkgConfig::ZIP)
endif()
if(CRS_HAVE_ZLIB)
  list(APPEND CRS_LINK_data PkgConfig::ZLIB)
endif()
if(CRS_HAVE_CAIRO)
  list(APPEND CRS_LINK_plot PkgConfig::CAIRO)
endif()

# A kernel folder is named after the CPU level it is compiled for; one whose
# level this build has not is left out.
set(CRS_KERNEL_FLAGS_avx2 -mavx2 -mfma)
set(CRS_KERNEL_FLAGS_avx512
  -mavx512f -mavx512dq -mavx512bw -mavx512vl -mfma -mprefer-vector-width=512)
set(CRS_KERNEL_FLAGS_wasm -msimd128)
set(CRS_LEVELS "") # above scalar
if(CREASE_VECTOR_KERNELS)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    set(CRS_LEVELS avx2 avx512)
  elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64|ARM64")
    set(CRS_LEVELS neon)
  elseif(CMAKE_SYSTEM_PROCESSOR STREQUAL "wasm32")
    set(CRS_LEVELS wasm)
  endif()
endif()
foreach(pair X86:avx2 NEON:neon WASM:wasm)
  string(REPLACE ":" ";" pair "${pair}")
  list(GET pair 0 family)
  list(GET pair 1 level)
  set(CRS_HAVE_${family}_KERNELS 0)
  if(level IN_LIST CRS_LEVELS)
    set(CRS_HAVE_${family}_KERNELS 1)
  endif()
  target_compile_definitions(crease_flags INTERFACE
    CRS_HAVE_${family}_KERNELS=${CRS_HAVE_${family}_KERNELS})
endforeach()

# Sources that read, explain and draw, and those among them that work on every number.
set(CRS_SMALL_SOURCES
  "/src/(rule|compare|plot|data|model|check/diagnose)/|/src/check/(gradcheck_|[a-z_]*explain|rulecheck|plan|known|lists|sample)|/src/(optim/(optim_text|options|schedule)|net/options|train/(fit_about|fit_state|metrics))")
# The scalar kernels where others run.
set(CRS_SMALL_KERNELS "")
if(CRS_LEVELS)
  set(CRS_SMALL_KERNELS "|/src/kernels/scalar/")
endif()
set(CRS_FAST_SOURCES
  "/(rule/program|plot/contour|data/(csv|csv_line|lines|number|element|samples|samples_fill|eisel_lemire)|diagnose/(mat|compare)|gradcheck_(branch|bound|point))\\.c$")

# Parts that the shared library loads when they are first needed (cmake/CreaseParts.cmake):
# src/NAME*.c is the work; NAME_part.c and NAME_module.c are linked only where said there,
# or NAME_part.c in its place if the build lacks the part.
set(CRS_LOADED_PARTS CAIRO ZIP ZLIB)
set(CRS_NAME_CAIRO plot/cairo)
set(CRS_NAME_ZIP data/npz)
set(CRS_NAME_ZLIB data/gz)
set(CRS_PART_GLUE "")
foreach(part IN LISTS CRS_LOADED_PARTS)
  set(stem "${CMAKE_SOURCE_DIR}/src/${CRS_NAME_${part}}")
  file(GLOB work CONFIGURE_DEPENDS "${stem}*.c")
  list(REMOVE_ITEM work "${stem}_part.c" "${stem}_module.c")
  list(APPEND CRS_PART_GLUE "${stem}_module.c")
  if(CRS_HAVE_${part})
    list(APPEND CRS_PART_GLUE "${stem}_part.c")
  else()
    list(APPEND CRS_PART_GLUE ${work})
  endif()
endforeach()

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
  list(FILTER sources EXCLUDE REGEX "/data/hdf5_reader/") # of a program of its own
  foreach(level avx2 avx512 neon wasm)
    if(NOT level IN_LIST CRS_LEVELS)
      list(FILTER sources EXCLUDE REGEX "/kernels/${level}/")
    endif()
  endforeach()
  if(CMAKE_SYSTEM_NAME STREQUAL "WASI")
    if(NOT module IN_LIST portable)
      continue()
    endif()
    list(FILTER sources EXCLUDE REGEX "/(executor_threads|part)\\.c$")
  endif()
  if(NOT sources)
    continue()
  endif()
  foreach(level IN LISTS CRS_LEVELS)
    set(of_level ${sources})
    list(FILTER of_level INCLUDE REGEX "/kernels/${level}/")
    set_source_files_properties(${of_level} PROPERTIES COMPILE_OPTIONS "${CRS_KERNEL_FLAGS_${level}}")
  endforeach()

  # The blocks of the dense kernels must be unrolled to stay in registers; the scalar
  # ones only where they are what runs.
  set(blocked ${sources})
  if(CRS_LEVELS)
    list(FILTER blocked EXCLUDE REGEX "/kernels/scalar/")
  endif()
  list(FILTER blocked INCLUDE REGEX "/kernels/[a-z0-9]+/kernels\\.c$")
  set_property(SOURCE ${blocked} APPEND PROPERTY COMPILE_OPTIONS $<$<CONFIG:Release>:-O3>)

  if(CREASE_SANITIZE)
    set(slow_to_compile ${sources})
    list(FILTER slow_to_compile INCLUDE REGEX "/kernels/[a-z0-9]+/(kernels|small)\\.c$")
    set_property(SOURCE ${slow_to_compile} APPEND PROPERTY COMPILE_OPTIONS -O1)
  endif()

  # What is not run for every number is made small
  # (docs/decisions/0011-size-and-speed-flags.md). The rest keeps -O2.
  set(small ${sources})
  list(FILTER small INCLUDE REGEX "${CRS_SMALL_SOURCES}${CRS_SMALL_KERNELS}")
  list(FILTER small EXCLUDE REGEX "${CRS_FAST_SOURCES}")
  set_property(SOURCE ${small} APPEND PROPERTY COMPILE_OPTIONS $<$<CONFIG:Release>:-Os>)

  # The same of the loops that decode and check arrays of numbers.
  set(decoding ${sources})
  list(FILTER decoding INCLUDE REGEX "/data/(samples|samples_fill|element)\\.c$")
  set_property(SOURCE ${decoding} APPEND PROPERTY COMPILE_OPTIONS $<$<CONFIG:Release>:-ftree-vectorize>)

  # The products with bounds of the diagnosis: at -O2 alone gcc 12
  # makes no vectors of loops whose length it does not know.
  set(products ${sources})
  list(FILTER products INCLUDE REGEX "/check/diagnose/mat\\.c$")
  set_property(SOURCE ${products} APPEND PROPERTY COMPILE_OPTIONS $<$<CONFIG:Release>:-ftree-vectorize>)

  list(REMOVE_ITEM sources ${CRS_PART_GLUE})
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
# The library's calls of its own public functions are direct.
check_linker_flag(C -Wl,-Bsymbolic-functions CRS_CAN_CALL_ITSELF)

set(CRS_LIBRARIES crease_static)
add_library(crease_static STATIC ${CRS_ALL_OBJECTS})
if(NOT CMAKE_SYSTEM_NAME STREQUAL "WASI")
  list(APPEND CRS_LIBRARIES crease)
  include(CreaseParts)
  add_library(crease SHARED ${CRS_SHARED_OBJECTS})
  if(CRS_PART_MODULES)
    add_dependencies(crease ${CRS_PART_MODULES})
  endif()
  set_target_properties(crease PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
  if(CRS_CAN_PACK_RELOCATIONS)
    target_link_options(crease PRIVATE -Wl,-z,pack-relative-relocs)
  endif()
  if(CRS_CAN_CALL_ITSELF)
    target_link_options(crease PRIVATE -Wl,-Bsymbolic-functions)
  endif()
  set_target_properties(crease PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${CRS_LIBRARY_FOLDER}")
  crease_installed(crease)
endif()
foreach(lib IN LISTS CRS_LIBRARIES)
  set_target_properties(${lib} PROPERTIES OUTPUT_NAME crease LINKER_LANGUAGE C)
  target_include_directories(${lib} PUBLIC
    $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endforeach()
target_link_libraries(crease_static PRIVATE ${CRS_ALL_LINKS})
if(TARGET crease)
  target_link_libraries(crease PRIVATE ${CRS_SHARED_LINKS})
endif()
include(CreaseHdf5)
