# Flags that make a memory bug harder to exploit, for whatever this build compiles and links
# (docs/decisions/0033-hardening.md): in every build type, each where compiler and linker have
# it. tests/api/hardening.py reads the built files.
#
# For the rest of the build: CRS_HARDENING, what the test must find in every file.
option(CREASE_HARDENING "Stack protector, checked calls, read-only relocations, ..." ON)
set(CRS_HARDENING "")
if(NOT CREASE_HARDENING OR CMAKE_SYSTEM_NAME STREQUAL "WASI")
  return() # WebAssembly has no stack of return addresses and no dynamic linker
endif()
include(CheckCCompilerFlag)
include(CheckCSourceCompiles)
include(CheckLinkerFlag)
include(CheckPIESupported)
check_pie_supported(OUTPUT_VARIABLE ignored LANGUAGES C)

# crease_harden(NAME FLAG): compile with it
function(crease_harden name flag)
  string(MAKE_C_IDENTIFIER "CRS_HAS${flag}" known)
  check_c_compiler_flag(${flag} ${known})
  if(${known})
    add_compile_options(${flag})
    list(APPEND CRS_HARDENING ${name})
    set(CRS_HARDENING ${CRS_HARDENING} PARENT_SCOPE)
  endif()
endfunction()

# crease_harden_link(NAME FLAG): link with it
function(crease_harden_link name flag)
  string(MAKE_C_IDENTIFIER "CRS_LINKS${flag}" known)
  check_linker_flag(C ${flag} ${known})
  if(${known})
    add_link_options(${flag})
    list(APPEND CRS_HARDENING ${name})
    set(CRS_HARDENING ${CRS_HARDENING} PARENT_SCOPE)
  endif()
endfunction()

add_compile_options(-Wformat -Wformat-security)
set(CMAKE_REQUIRED_FLAGS -Werror) # a flag that is taken and not used is not there
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64") # where an indirect jump may land
  crease_harden(branches -fcf-protection=full)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64|ARM64")
  crease_harden(branches -mbranch-protection=standard)
endif()
crease_harden(clash -fstack-clash-protection)
crease_harden_link(now "-Wl,-z,relro,-z,now")
crease_harden_link(noexecstack -Wl,-z,noexecstack)
crease_harden_link(separate -Wl,-z,separate-code)
if(CREASE_SANITIZE)
  unset(CMAKE_REQUIRED_FLAGS)
  return() # it watches the stack and these calls itself, and better
endif()
crease_harden(protector -fstack-protector-strong)

# Checked calls of the C library need an optimiser, which a Debug build has not, and no level
# that the packager's own flags chose.
string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
set(CMAKE_REQUIRED_FLAGS "${CMAKE_C_FLAGS} ${CMAKE_C_FLAGS_${type}}")
check_c_source_compiles("
#ifndef __OPTIMIZE__
#error not optimised
#endif
int main(void) { return 0; }" CRS_OPTIMIZES_${type})
foreach(level 3 2)
  check_c_source_compiles("
#ifndef _FORTIFY_SOURCE
#define _FORTIFY_SOURCE ${level}
#endif
#include <stdio.h>
#if !defined(__USE_FORTIFY_LEVEL) || __USE_FORTIFY_LEVEL < ${level}
#error not checked
#endif
int main(void) { return 0; }" CRS_FORTIFIES_${level})
  if(CRS_OPTIMIZES_${type} AND CRS_FORTIFIES_${level})
    add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=${level})
    list(APPEND CRS_HARDENING fortify)
    break()
  endif()
endforeach()
unset(CMAKE_REQUIRED_FLAGS)
