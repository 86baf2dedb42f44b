// A stand-in for Arduino's functions, as much as the example sketches use: setup, and
// loops until a line is printed.
#include <cstdint>
#include <cstdio>

struct {
  int lines = 0;
  void begin(unsigned long) {}
  void print(int value) { std::printf("%d", value); }
  void print(char value) { std::putchar(value); }
  void print(unsigned int value) { std::printf("%u", value); }
  void print(unsigned long value) { std::printf("%lu", value); }
  void print(const char* text) { std::fputs(text, stdout); }
  void println(const char* text) { std::puts(text), ++lines; }
} Serial;

unsigned long micros() { return 0; }
void delay(unsigned long) {}
void delayMicroseconds(unsigned int) {}

#include SKETCH

int main() {
  setup();
  while (Serial.lines == 0) loop();
}
