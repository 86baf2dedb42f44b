// A stand-in for Arduino's functions, as much as the example sketch uses: setup and one loop.
#include <cstdint>
#include <cstdio>

struct {
  void begin(unsigned long) {}
  void print(int value) { std::printf("%d", value); }
  void print(char value) { std::putchar(value); }
  void print(unsigned long value) { std::printf("%lu", value); }
  void println(const char* text) { std::puts(text); }
} Serial;

unsigned long micros() { return 0; }
void delay(unsigned long) {}

#include SKETCH

int main() {
  setup();
  loop();
}
