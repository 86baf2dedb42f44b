/* What the demo asks of a board or of the host. */
#ifndef BOARD_H
#define BOARD_H

#include <stdint.h>

/* Opens input.bin to read and output.bin to write, in the folder it was started in; 0 if it cannot.
 */
int board_open(void);
/* 1 when all of `bytes` were read. */
int board_read(void* data, uint32_t bytes);
void board_write(const void* data, uint32_t bytes);
/* A line "name value" on standard output. */
void board_report(const char* name, uint32_t value);
/* Instructions since some moment, modulo 2^32 divided by the board's ticks per instruction. */
uint32_t board_ticks(void);
uint32_t board_instructions(uint32_t ticks);
/* Bytes of stack that were used since the start, at most. */
uint32_t board_stack(void);
void board_exit(int status);
/* Cortex-M: calls board_tick, which the application has, from an interrupt every so many
 * instructions (at most 2^23); 0 stops it. */
void board_start_ticks(uint32_t instructions);
void board_tick(void);

#endif
