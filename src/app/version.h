#pragma once
namespace holdall::app {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace holdall::app
