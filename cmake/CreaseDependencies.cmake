# Optional parts: found here, recorded as CRS_HAVE_... (0 or 1) for the sources
# and for `crease info`. Without one of them the rest still builds; each can be
# left out on purpose with -DCREASE_WITH_<PART>=OFF.
set(CRS_PARTS BLAS ONEDNN SLEEF CAIRO HDF5 ZIP ZLIB)

if(CMAKE_CROSSCOMPILING)
  set(with_default OFF) # nothing of the host's may leak into a build for another machine
else()
  set(with_default ON)
endif()
foreach(part IN LISTS CRS_PARTS)
  option(CREASE_WITH_${part} "Use ${part} if it is there" ${with_default})
  set(CRS_HAVE_${part} 0)
endforeach()

find_package(PkgConfig)

# Sets CRS_HAVE_<part> and the imported target PkgConfig::<part>.
macro(crease_find_part part package)
  if(CREASE_WITH_${part} AND PkgConfig_FOUND)
    pkg_check_modules(${part} QUIET IMPORTED_TARGET ${package})
    if(${part}_FOUND)
      set(CRS_HAVE_${part} 1)
    endif()
  endif()
endmacro()

crease_find_part(SLEEF sleef)
crease_find_part(CAIRO "cairo-ft;freetype2")
crease_find_part(HDF5 hdf5)
crease_find_part(ZIP libzip)
crease_find_part(ZLIB zlib)

if(NOT CMAKE_SYSTEM_NAME STREQUAL "WASI") # threads are the library's own (src/core/executor_threads.c)
  set(THREADS_PREFER_PTHREAD_FLAG ON)
  find_package(Threads REQUIRED)
endif()

# Libraries that can multiply large matrices in place of our own code; loaded when a net
# asks for one (docs/decisions/0019-our-own-product.md). OpenBLAS: the build with threads,
# which is the one whose calls may run at once in several.
set(CREASE_GEMM "built-in" CACHE STRING "What multiplies large matrices: built-in, openblas, onednn")
if(CREASE_WITH_BLAS)
  find_library(CRS_OPENBLAS NAMES libopenblas.so.0 openblas PATH_SUFFIXES openblas-pthread)
  if(CRS_OPENBLAS)
    set(CRS_HAVE_BLAS 1)
  endif()
endif()
if(CREASE_WITH_ONEDNN)
  find_library(CRS_ONEDNN NAMES libdnnl.so.2 libdnnl.so.3 dnnl)
  if(CRS_ONEDNN)
    set(CRS_HAVE_ONEDNN 1)
  endif()
endif()

foreach(part IN LISTS CRS_PARTS)
  if(CRS_HAVE_${part})
    list(APPEND parts_present ${part})
  else()
    list(APPEND parts_absent ${part})
  endif()
endforeach()
message(STATUS "crease: with ${parts_present}; without ${parts_absent}")
