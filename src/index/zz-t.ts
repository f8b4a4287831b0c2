const m = new WebAssembly.Memory({ initial: 1 });
console.log(m.buffer.byteLength);
