# What comes from Debian (the reasons stand in ARCHITECTURE.md, "What we build on").
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(CLI11 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(VIPS REQUIRED IMPORTED_TARGET vips)
pkg_check_modules(POPPLER REQUIRED IMPORTED_TARGET poppler-cpp)
pkg_check_modules(POPPLER_GLIB REQUIRED IMPORTED_TARGET poppler-glib)
pkg_check_modules(FONTCONFIG REQUIRED IMPORTED_TARGET fontconfig)
pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(TESSERACT REQUIRED IMPORTED_TARGET tesseract)
pkg_check_modules(ARCHIVE REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(PUGIXML REQUIRED IMPORTED_TARGET pugixml)
pkg_check_modules(TOMLPLUSPLUS REQUIRED IMPORTED_TARGET tomlplusplus)
find_library(PROMETHEUS_CORE prometheus-cpp-core REQUIRED)

# Asio is compiled once, in src/io/asio.cc (a session takes a tenth of the time to compile that way).
add_library(holdall_asio INTERFACE)
target_compile_definitions(holdall_asio INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE
  BOOST_BEAST_USE_STD_STRING_VIEW)
target_include_directories(holdall_asio SYSTEM INTERFACE ${Boost_INCLUDE_DIRS})
target_link_libraries(holdall_asio INTERFACE Threads::Threads OpenSSL::SSL OpenSSL::Crypto)

# What every module above base and config is compiled with. The headers that cost the most are parsed once a preset and
# shared (a cold build takes half the time); so these modules need the same definitions, whichever of it they use.
add_library(holdall_common INTERFACE)
target_link_libraries(holdall_common INTERFACE
  holdall_asio spdlog::spdlog fmt::fmt Boost::json Boost::url PkgConfig::TOMLPLUSPLUS OpenSSL::Crypto)

file(WRITE ${CMAKE_BINARY_DIR}/precompiled.cc "// Carries the precompiled headers.\n")
function(holdall_precompile target)
  add_library(${target} OBJECT ${CMAKE_BINARY_DIR}/precompiled.cc)
  target_link_libraries(${target} PRIVATE holdall_common ${ARGN})
  target_precompile_headers(${target} PRIVATE
    <array> <chrono> <expected> <functional> <map> <memory> <optional> <span> <string> <string_view> <variant> <vector>
    <boost/asio/as_tuple.hpp> <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp> <boost/asio/io_context.hpp>
    <boost/asio/ip/tcp.hpp> <boost/asio/ssl.hpp> <boost/asio/steady_timer.hpp> <boost/asio/use_awaitable.hpp>
    <boost/json.hpp> <spdlog/spdlog.h>)
endfunction()
holdall_precompile(holdall_precompiled)
holdall_precompile(holdall_precompiled_test GTest::gmock GTest::gtest_main)
target_precompile_headers(holdall_precompiled_test PRIVATE <gmock/gmock.h> <gtest/gtest.h>)
# Test programs are executables (-fPIE); an object library alone would be compiled with -fPIC, and the two do not mix.
set_target_properties(holdall_precompiled_test PROPERTIES POSITION_INDEPENDENT_CODE OFF)
target_compile_options(holdall_precompiled_test PRIVATE -fPIE)
